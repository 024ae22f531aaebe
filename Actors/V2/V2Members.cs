using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using ActorEtcd.Members;
using ActorEtcd.Messages;

namespace ActorEtcd.V2;

/// <summary>
/// Writes what the server knows of the cluster into the v2 store, where no client sees it, since etcd does (<c>membership/store.go</c>)
/// and every such write takes the index one further that clients do see.
/// </summary>
public static class V2Members
{
    private const string MembersPath = V2Path.Cluster + "/members";
    private const string RemovedPath = V2Path.Cluster + "/removed_members";
    private const string VersionPath = V2Path.Cluster + "/version";

    /// <summary>A change of the member list was applied, with this result.</summary>
    public static void Changed(V2Store store, MemberChange change, MemberTable members)
    {
        switch (change)
        {
            case MemberChange.Add:
                store.Apply(Raft(members.Members[change.Id]) with { PrevExist = false });
                break;
            case MemberChange.Remove:
                store.Apply(new V2Request(V2Request.Delete, PathOf(change.Id)) { IsRecursive = true });
                store.Apply(new V2Request(V2Request.Put, $"{RemovedPath}/{TextOf(change.Id)}") { PrevExist = false });
                break;
            default:
                store.Apply(Raft(members.Members[change.Id]) with { PrevExist = true });
                break;
        }
    }

    /// <summary>A member told its name and client URLs.</summary>
    public static void Told(V2Store store, Member member)
    {
        var name = member.Name.Length > 0 ? $"\"name\":{Quoted(member.Name)}" : null;
        var urls = member.ClientUrls.Length > 0 ? $"\"clientURLs\":[{string.Join(',', member.ClientUrls.Select(Quoted))}]" : null;
        store.Apply(new V2Request(V2Request.Put, PathOf(member.Id) + "/attributes")
        {
            Value = $"{{{string.Join(',', new[] { name, urls }.OfType<string>())}}}",
        });
    }

    /// <summary>The cluster's version is another.</summary>
    public static void Settled(V2Store store, Version version)
        => store.Apply(new V2Request(V2Request.Put, VersionPath) { Value = $"{version.ToString(2)}.0" });

    private static V2Request Raft(Member member)
    {
        var learner = member.IsLearner ? ",\"isLearner\":true" : string.Empty;
        return new V2Request(V2Request.Put, PathOf(member.Id) + "/raftAttributes")
        {
            Value = $"{{\"peerURLs\":[{string.Join(',', member.PeerUrls.Select(Quoted))}]{learner}}}",
        };
    }

    private static string PathOf(MemberId id) => $"{MembersPath}/{TextOf(id)}";

    private static string TextOf(MemberId id) => id.Value.ToString("x", CultureInfo.InvariantCulture);

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
