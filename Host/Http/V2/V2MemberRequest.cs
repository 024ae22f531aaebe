using System.Text.Json.Serialization;

namespace ActorEtcd.Host.Http.V2;

/// <summary>The body of a request to add or update a member.</summary>
internal sealed record V2MemberRequest([property: JsonPropertyName("peerURLs")] IReadOnlyList<string>? PeerUrls);
