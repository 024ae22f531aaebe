using System.Collections.Immutable;
using System.Globalization;
using ActorEtcd.V2;
using ActorEtcd.Wire;

namespace ActorEtcd.Persistence.EtcdData;

/// <summary>
/// Reads the data directory of a stopped etcd, 3.4 to 3.6: the database, which lags behind the log; the newest snapshot
/// file, which says who was a member at its index; and the log, which says what happened since. Changes nothing.
/// </summary>
public static class EtcdMemberDirectory
{
    /// <summary>Whether the directory was made by etcd.</summary>
    public static bool IsEtcd(string dataDirectory) => File.Exists(DatabasePath(dataDirectory));

    public static string SnapPath(string dataDirectory) => Path.Combine(dataDirectory, "member", "snap");

    public static string DatabasePath(string dataDirectory) => Path.Combine(SnapPath(dataDirectory), "db");

    public static string WalPath(string dataDirectory) => Path.Combine(dataDirectory, "member", "wal");

    /// <param name="walDirectory">Where the log is, when it is not in the data directory.</param>
    /// <exception cref="EtcdDataException">The member still runs, or what it left is damaged or not whole.</exception>
    /// <exception cref="Bbolt.BboltDamagedException">The database is damaged.</exception>
    public static EtcdMemberState Read(string dataDirectory, string? walDirectory = null)
    {
        if (!IsEtcd(dataDirectory))
        {
            throw new EtcdDataException($"{dataDirectory} is no data directory of etcd: {DatabasePath(dataDirectory)} does not exist");
        }

        var wal = walDirectory ?? WalPath(dataDirectory);
        var summary = EtcdWalSummary.Read(wal);
        var marks = summary.Snapshots.Where(mark => mark.Index <= summary.State.Commit).ToArray();
        var snapshot = EtcdSnapshotFile.FindNewest(SnapPath(dataDirectory), marks);
        var database = OpenDatabase(dataDirectory, snapshot);
        try
        {
            return Read(summary, snapshot, database, wal);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    // A member that was sent a snapshot keeps the database that came with it beside the old one until it has changed over.
    private static EtcdDatabase OpenDatabase(string dataDirectory, EtcdSnapshotFile? snapshot)
    {
        var database = EtcdDatabase.Open(DatabasePath(dataDirectory));
        if (snapshot is null || snapshot.Index <= database.ConsistentIndex)
        {
            return database;
        }

        var index = database.ConsistentIndex;
        database.Dispose();
        var sent = Path.Combine(
            SnapPath(dataDirectory), string.Create(CultureInfo.InvariantCulture, $"{snapshot.Index:x16}.snap.db"));
        return File.Exists(sent)
            ? EtcdDatabase.Open(sent)
            : throw new EtcdDataException($"{DatabasePath(dataDirectory)} stands at entry {index}, before the snapshot {snapshot.Path}");
    }

    private static EtcdMemberState Read(
        EtcdWalSummary summary, EtcdSnapshotFile? snapshot, EtcdDatabase database, string wal)
    {
        var baseIndex = Math.Max(database.ConsistentIndex, snapshot?.Index ?? 0);
        var membersAt = snapshot?.Index ?? 0;
        var log = EtcdWalEntries.Read(
            wal,
            entry => entry.Index > baseIndex || (entry.Index > membersAt && ConcernsMembersOrV2(entry)),
            mark: baseIndex);
        var tail = log.Entries.Where(entry => entry.Index > baseIndex).ToImmutableArray();
        CheckWhole(tail, baseIndex, Math.Max(log.LastIndex, summary.Snapshots.Select(static mark => mark.Index).DefaultIfEmpty(0).Max()), wal);

        // Without a snapshot file the log is whole and begins with the members, or the database itself knows them.
        var isInLog = snapshot is not null || log.Entries is [{ Index: 1 }, ..];
        var membership = snapshot is not null ? MembershipOf(snapshot, database) : isInLog ? EtcdMembership.Empty : MembershipOf(database);
        membersAt = isInLog ? membersAt : baseIndex;
        var begin = membership;
        var commit = Math.Max(summary.State.Commit, baseIndex);
        membership = Follow(membership, log.Entries.Where(entry => entry.Index > membersAt && entry.Index <= commit));
        if (membership.Configuration.IsSoleVoter(summary.MemberId))
        {
            // What a sole voter has on its disk is committed, whether it had come to say so or not.
            membership = Follow(membership, tail.Where(entry => entry.Index > commit));
            commit = tail.IsEmpty ? commit : tail[^1].Index;
        }

        var changes = log.Entries.Where(entry => entry.Index > membersAt && entry.Index <= commit);
        var v2 = isInLog ? EtcdV2Keys.Follow(snapshot?.V2 ?? V2State.Initial, begin, changes) : V2State.Initial;
        if (!membership.Members.ContainsKey(summary.MemberId))
        {
            throw new EtcdDataException($"member {summary.MemberId} is not, or no longer, a member of its cluster");
        }

        return new EtcdMemberState
        {
            Database = database,
            ClusterId = summary.ClusterId,
            Self = summary.MemberId,
            HardState = summary.State,
            BaseIndex = baseIndex,
            BaseTerm = TermAt(baseIndex, log, snapshot, database),
            Committed = [.. tail.Where(entry => entry.Index <= commit)],
            Uncommitted = [.. tail.Where(entry => entry.Index > commit)],
            Membership = membership.CompletedBy(database),
            V2 = v2,
            Notices = summary.TornTail is { } torn ? [torn] : [],
        };
    }

    private static bool ConcernsMembersOrV2(EtcdEntry entry)
    {
        try
        {
            return entry.Type != EtcdEntryType.Normal || EtcdRequest.FindV2(entry.Data) is not null;
        }
        catch (MalformedMessageException malformed)
        {
            throw new EtcdDataException($"entry {entry.Index} of the write-ahead log cannot be read: {malformed.Message}", malformed);
        }
    }

    private static EtcdRequest Classify(EtcdEntry entry)
    {
        try
        {
            return EtcdRequest.Classify(entry.Data);
        }
        catch (MalformedMessageException malformed)
        {
            throw new EtcdDataException($"entry {entry.Index} of the write-ahead log cannot be read: {malformed.Message}", malformed);
        }
    }

    private static void CheckWhole(ImmutableArray<EtcdEntry> tail, long baseIndex, long lastIndex, string wal)
    {
        if (lastIndex < baseIndex)
        {
            throw new EtcdDataException($"the write-ahead log in {wal} ends at entry {lastIndex}, before entry {baseIndex} that the database stands at");
        }

        for (var position = 0; position < tail.Length; position++)
        {
            if (tail[position].Index != baseIndex + 1 + position)
            {
                throw new EtcdDataException($"the write-ahead log in {wal} lacks entry {baseIndex + 1 + position}");
            }
        }
    }

    private static EtcdMembership MembershipOf(EtcdSnapshotFile snapshot, EtcdDatabase database)
        => EtcdMembership.Of(snapshot.Configuration, snapshot.Members.Count > 0 ? snapshot.Members : database.Members);

    private static EtcdMembership MembershipOf(EtcdDatabase database) => EtcdMembership.Of(
        database.Configuration ?? throw new EtcdDataException($"neither the write-ahead log nor {database.Path} say who is a member"),
        database.Members);

    private static EtcdMembership Follow(EtcdMembership membership, IEnumerable<EtcdEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (entry.Type != EtcdEntryType.Normal)
            {
                membership = membership.Apply(entry);
            }
            else if (Classify(entry).Attributes is { } attributes)
            {
                membership = membership.SetAttributes(attributes);
            }
        }

        return membership;
    }

    private static long TermAt(long index, EtcdWalEntries log, EtcdSnapshotFile? snapshot, EtcdDatabase database)
    {
        var term = index == 0 ? 0
            : log.TermAtMark > 0 ? log.TermAtMark
            : snapshot?.Index == index ? snapshot.Term
            : database.ConsistentIndex == index ? database.Term
            : 0;
        return term > 0 || index == 0
            ? term
            : throw new EtcdDataException($"neither log nor database say in which term entry {index} was written");
    }
}
