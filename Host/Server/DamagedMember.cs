using ActorEtcd.Client;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.Logging;
using ActorEtcd.Members;
using ActorEtcd.Persistence.DataDir;
using ActorEtcd.Raft;

namespace ActorEtcd.Host.Server;

/// <summary>
/// What happens to a member whose data is damaged where no crash explains it: if the others can elect a leader without it, the
/// data is set aside and they bring back all of it, and until then it does not vote; otherwise it refuses to start.
/// </summary>
public static class DamagedMember
{
    /// <exception cref="NodeFailedException">The others cannot help.</exception>
    public static void SetAside(ServerOptions options, NodeFailedException damage, LogWriter log)
    {
        using var directory = DataDirectory.Open(options.DataDirectory, options.WalDirectory);
        if (directory.Metadata is not { } metadata)
        {
            throw damage;
        }

        var self = new MemberId(metadata.MemberId);
        var group = GroupOf(MembersFile.Read(directory).Known);
        var others = group.Voters.Remove(self);
        if (options.ForceNewCluster || others.Length < Quorum.Majority(group.Voters.Length))
        {
            throw new NodeFailedException(
                $"{damage.Message}; the other members, {others.Length} of {group.Voters.Length} voters, cannot elect a leader without "
                + "this one and so cannot bring its data back: restore a snapshot, or remove this member and add it anew");
        }

        var aside = directory.SetAside(damage.Message);
        log.Write(
            LogSeverity.Error,
            "recovery",
            "this member's data is damaged; it is set aside and the other members bring it back; this member does not vote until then",
            ("error", damage.Message),
            ("set-aside", aside));
    }

    /// <summary>The voters and learners among the members.</summary>
    public static RaftConfiguration GroupOf(MemberTable members) =>
        RaftConfiguration.OfVoters(members.Members.Values.Where(static member => !member.IsLearner).Select(static member => member.Id)) with
        {
            Learners = [.. members.Members.Values.Where(static member => member.IsLearner).Select(static member => member.Id).Order()],
        };
}
