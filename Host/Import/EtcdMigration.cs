using System.Collections.Immutable;
using ActorEtcd.Host.Config;
using ActorEtcd.Log;
using ActorEtcd.Members;
using ActorEtcd.Persistence.EtcdData;
using ActorEtcd.Wire;

namespace ActorEtcd.Host.Import;

/// <summary>
/// A stopped member of an etcd cluster as a member of ours: same ids, same members, same revisions, same place in the
/// Raft log. Members of one cluster that are migrated one by one go on as one cluster, since what is not known to be
/// committed stays in their logs.
/// </summary>
public static class EtcdMigration
{
    /// <exception cref="EtcdDataException">The member cannot be taken over.</exception>
    public static MemberSeed SeedOf(EtcdMemberState state, string? name, Action<string> notice)
    {
        foreach (var text in state.Notices)
        {
            notice(text);
        }

        CheckUrls(state.Membership);
        var committed = Convert(state.Committed, out var v2);
        var uncommitted = Convert(state.Uncommitted, out var v2Uncommitted);
        if (v2 + v2Uncommitted > 0)
        {
            notice($"{v2 + v2Uncommitted} entries change keys of the v2 store, which is not taken over");
        }

        if (state.Uncommitted.FirstOrDefault(static entry => entry.Type != EtcdEntryType.Normal) is { } change)
        {
            throw new EtcdDataException(
                $"entry {change.Index} of the write-ahead log is a membership change that is not known to be committed; start the cluster once more, and stop it when it has a leader");
        }

        return new MemberSeed
        {
            Database = state.Database,
            Self = state.Self,
            Name = name ?? (state.Name.Length > 0 ? state.Name : "default"),
            Members = MemberTable.Of(state.ClusterId, state.Membership.Members.Values) with { Removed = state.Membership.Removed },
            Configuration = state.Membership.Configuration,
            Leases = state.Database.Leases,
            Alarms = state.Database.Alarms,
            Auth = state.Database.Auth,
            Index = state.BaseIndex,
            Term = state.BaseTerm,
            CurrentTerm = state.HardState.Term,
            Vote = state.HardState.Vote,
            Committed = committed,
            Uncommitted = uncommitted,
        };
    }

    private static void CheckUrls(EtcdMembership membership)
    {
        foreach (var member in membership.Members.Values)
        {
            try
            {
                EtcdUrl.ParseList(string.Join(',', member.PeerUrls));
            }
            catch (ConfigException wrong)
            {
                throw new EtcdDataException($"the peer URLs of member {member.Id} cannot be used: {wrong.Message}", wrong);
            }
        }
    }

    private static ImmutableArray<LogEntry> Convert(ImmutableArray<EtcdEntry> entries, out int v2)
    {
        var count = 0;
        ImmutableArray<LogEntry> converted = [.. entries.Select(entry => Convert(entry, ref count))];
        v2 = count;
        return converted;
    }

    // Membership changes are in the seed's member table already; what else changes nothing keeps its place in the log.
    private static LogEntry Convert(EtcdEntry entry, ref int v2)
    {
        var nothing = new LogEntry(entry.Index, entry.Term, EntryKind.NoOp, default);
        if (entry.Type != EtcdEntryType.Normal || entry.Data.IsEmpty)
        {
            return nothing;
        }

        try
        {
            var kind = EtcdRequest.Classify(entry.Data).Kind;
            v2 += kind == EtcdRequestKind.V2 ? 1 : 0;
            return kind == EtcdRequestKind.Command
                ? new LogEntry(entry.Index, entry.Term, EntryKind.Command, EtcdPasswords.Hashed(entry.Data))
                : nothing;
        }
        catch (MalformedMessageException malformed)
        {
            throw new EtcdDataException($"entry {entry.Index} of the write-ahead log cannot be read: {malformed.Message}", malformed);
        }
    }
}
