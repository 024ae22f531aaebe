using System.Text.Json;

namespace ActorEtcd.Host.Cli.Ctl.V2;

/// <summary>A member as /v2/members tells it.</summary>
internal sealed record V2Member(string Id, string Name, string[] PeerUrls, string[] ClientUrls)
{
    public static V2Member Of(JsonElement json) => new(
        V2Json.Text(json, "id"), V2Json.Text(json, "name"), V2Json.Texts(json, "peerURLs"), V2Json.Texts(json, "clientURLs"));

    public static V2Member[] ListOf(JsonElement json) => [.. V2Json.Items(json, "members").Select(Of)];
}
