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
            V2 = state.V2,
            Index = state.BaseIndex,
            Term = state.BaseTerm,
            CurrentTerm = state.HardState.Term,
            Vote = state.HardState.Vote,
            Committed = Convert(state.Committed, isCommitted: true),
            Uncommitted = Convert(state.Uncommitted, isCommitted: false),
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

    private static ImmutableArray<LogEntry> Convert(ImmutableArray<EtcdEntry> entries, bool isCommitted)
        => [.. entries.Select(entry => Convert(entry, isCommitted))];

    // Committed changes of members and of the v2 store are in the seed already; what else changes nothing keeps its place
    // in the log.
    private static LogEntry Convert(EtcdEntry entry, bool isCommitted)
    {
        var nothing = new LogEntry(entry.Index, entry.Term, EntryKind.NoOp, default);
        if (entry.Type != EtcdEntryType.Normal || entry.Data.IsEmpty)
        {
            return nothing;
        }

        try
        {
            return EtcdRequest.Classify(entry.Data).Kind switch
            {
                EtcdRequestKind.Command => new LogEntry(entry.Index, entry.Term, EntryKind.Command, EtcdPasswords.Hashed(entry.Data)),
                EtcdRequestKind.V2 when !isCommitted && EtcdRequest.FindV2(entry.Data) is { } request =>
                    new LogEntry(entry.Index, entry.Term, EntryKind.Command, EtcdRequest.Wrapped(request)),
                _ => nothing,
            };
        }
        catch (MalformedMessageException malformed)
        {
            throw new EtcdDataException($"entry {entry.Index} of the write-ahead log cannot be read: {malformed.Message}", malformed);
        }
    }
}
