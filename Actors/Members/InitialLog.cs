using System.Collections.Immutable;
using ActorEtcd.Client;
using ActorEtcd.Log;
using ActorEtcd.Raft;

namespace ActorEtcd.Members;

/// <summary>
/// What a member's log holds before Raft sees it. The initial members are entries of the log itself (as with etcd), so
/// that whoever replays the log from its beginning, years later on another machine, comes to the same member list.
/// </summary>
public static class InitialLog
{
    /// <summary>The term of the entries that no leader proposed.</summary>
    public const long Term = 1;

    /// <summary>The entries that add the initial members, in order of their ids.</summary>
    public static ImmutableArray<LogEntry> EntriesOf(IEnumerable<Member> members)
        => Changes(0, Term, members.OrderBy(static member => member.Id).Select(static member => new MemberChange.Add(member, 0)));

    /// <summary>The log to start with: what was recovered, or what a new log begins with, cut down to one member if asked.</summary>
    public static LogRecovered Prepare(LogRecovered recovered, EtcdSettings settings)
    {
        if (recovered is { Manifest: null, Entries.IsEmpty: true } && !settings.BootstrapEntries.IsEmpty)
        {
            recovered = recovered with
            {
                Term = Math.Max(recovered.Term, Term),
                Entries = settings.BootstrapEntries,
                CommitIndex = settings.BootstrapEntries[^1].Index,
            };
        }

        return settings.ForceNewCluster ? CutDown(recovered, settings) : recovered;
    }

    /// <summary>
    /// Everything in the log counts as committed from now on, since nobody else will be asked, and changes follow that
    /// leave nobody but this member.
    /// </summary>
    private static LogRecovered CutDown(LogRecovered recovered, EtcdSettings settings)
    {
        var self = settings.Raft.Id;
        var configuration = recovered.Manifest?.Configuration ?? settings.Raft.InitialConfiguration;
        foreach (var entry in recovered.Entries.Where(static entry => entry.Kind == EntryKind.ConfigurationChange))
        {
            configuration = ConfigurationTransition.Apply(configuration, entry);
        }

        var lastIndex = recovered.BaseIndex + recovered.Entries.Length;
        var term = Math.Max(recovered.Term, Term);
        var changes = configuration.Members.Where(id => id != self).Select(static id => (MemberChange)new MemberChange.Remove(id));
        if (configuration.IsLearner(self))
        {
            changes = changes.Prepend(new MemberChange.Promote(self));
        }

        var entries = recovered.Entries;
        if (configuration.IsJoint)
        {
            var leave = ConfigurationChangeCodec.Encode(ConfigurationChange.LeaveJoint);
            entries = entries.Add(new LogEntry(++lastIndex, term, EntryKind.ConfigurationChange, leave));
        }

        entries = entries.AddRange(Changes(lastIndex, term, changes));
        return recovered with { Term = term, Entries = entries, CommitIndex = recovered.BaseIndex + entries.Length };
    }

    private static ImmutableArray<LogEntry> Changes(long lastIndex, long term, IEnumerable<MemberChange> changes) =>
    [
        .. changes.Select((change, i) => new LogEntry(
            lastIndex + 1 + i,
            term,
            EntryKind.ConfigurationChange,
            ConfigurationChangeCodec.Encode(change.ToConfigurationChange(requestId: 0)))),
    ];
}
