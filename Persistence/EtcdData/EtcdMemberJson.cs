using System.Collections.Immutable;
using System.Text.Json;
using ActorEtcd.Members;
using ActorEtcd.Raft;

namespace ActorEtcd.Persistence.EtcdData;

/// <summary>Reads what etcd keeps about members as JSON. What is not as it should be ends in <see cref="JsonException"/>.</summary>
internal static class EtcdMemberJson
{
    /// <summary>etcd: <c>membership.Member</c>, and whether it comes with the wish to promote a learner.</summary>
    public static (Member Member, bool IsPromotion) ParseMember(ReadOnlyMemory<byte> json) => Parse(json, static root => (
        Merge(new Member(new MemberId(root.GetProperty("id").GetUInt64()), string.Empty, [], []), root),
        root.TryGetProperty("isPromote", out var promote) && promote.GetBoolean()));

    /// <summary>The member with the attributes of <c>membership.RaftAttributes</c> or <c>membership.Attributes</c> that are there.</summary>
    public static Member WithAttributes(Member member, ReadOnlyMemory<byte> json) => Parse(json, root => Merge(member, root));

    /// <summary>etcd: <c>raftpb.ConfState</c>.</summary>
    public static RaftConfiguration ParseConfiguration(ReadOnlyMemory<byte> json) => Parse(json, static root => new RaftConfiguration(
        Ids(root, "voters"), Ids(root, "voters_outgoing"), Ids(root, "learners"), Ids(root, "learners_next")));

    /// <summary>The members in the tree of keys that a snapshot of etcd's v2 store holds.</summary>
    public static IReadOnlyList<Member> ParseStore(ReadOnlyMemory<byte> json) => Parse(json, static root =>
    {
        var members = new List<Member>();
        var node = root.GetProperty("Root");
        foreach (var name in (string[])["0", "members"])
        {
            if (!node.TryGetProperty("Children", out var children)
                || children.ValueKind != JsonValueKind.Object
                || !children.TryGetProperty(name, out node))
            {
                return members;
            }
        }

        foreach (var child in Children(node))
        {
            var member = new Member(IdOf(child.Name), string.Empty, [], []);
            foreach (var attributes in Children(child.Value))
            {
                var value = System.Text.Encoding.UTF8.GetBytes(attributes.Value.GetProperty("Value").GetString() ?? string.Empty);
                member = WithAttributes(member, value);
            }

            members.Add(member);
        }

        return (IReadOnlyList<Member>)members;
    });

    /// <summary>A member's id as etcd's keys have it, in hexadecimal.</summary>
    public static MemberId IdOf(string text)
        => ulong.TryParse(text, System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out var id)
            ? new MemberId(id)
            : throw new JsonException($"\"{text}\" is no id of a member");

    private static IEnumerable<JsonProperty> Children(JsonElement node)
        => node.TryGetProperty("Children", out var children) && children.ValueKind == JsonValueKind.Object
            ? children.EnumerateObject()
            : [];

    private static Member Merge(Member member, JsonElement root) => member with
    {
        Name = root.TryGetProperty("name", out var name) ? name.GetString() ?? string.Empty : member.Name,
        PeerUrls = root.TryGetProperty("peerURLs", out var peers) ? Texts(peers) : member.PeerUrls,
        ClientUrls = root.TryGetProperty("clientURLs", out var clients) ? Texts(clients) : member.ClientUrls,
        IsLearner = root.TryGetProperty("isLearner", out var learner) ? learner.GetBoolean() : member.IsLearner,
    };

    private static ImmutableArray<string> Texts(JsonElement list)
        => list.ValueKind == JsonValueKind.Null ? [] : [.. list.EnumerateArray().Select(static item => item.GetString() ?? string.Empty)];

    private static ImmutableArray<MemberId> Ids(JsonElement root, string name)
        => root.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(static item => new MemberId(item.GetUInt64())).Order()]
            : [];

    private static T Parse<T>(ReadOnlyMemory<byte> json, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return read(document.RootElement);
        }
        catch (Exception wrong) when (wrong is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new JsonException(wrong.Message, wrong);
        }
    }
}
