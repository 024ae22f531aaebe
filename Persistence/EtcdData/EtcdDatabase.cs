using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using ActorEtcd.Apply;
using ActorEtcd.Auth;
using ActorEtcd.Lease;
using ActorEtcd.Members;
using ActorEtcd.Messages;
using ActorEtcd.Persistence.Bbolt;
using ActorEtcd.Raft;
using ActorEtcd.Store;
using ActorEtcd.Wire;

namespace ActorEtcd.Persistence.EtcdData;

/// <summary>
/// What an etcd database (3.4 to 3.6, or one of our own exports) says: the records of its history as a stream, all else
/// in memory. The counterpart of <see cref="EtcdExport"/>. Believes nothing.
/// </summary>
public sealed class EtcdDatabase : IDisposable
{
    private readonly BboltReader _reader;

    private EtcdDatabase(BboltReader reader)
    {
        _reader = reader;
        ConsistentIndex = (long)Number(EtcdSchema.Meta, EtcdSchema.ConsistentIndex);
        Term = (long)Number(EtcdSchema.Meta, EtcdSchema.Term);
        CompactRevision = Math.Max(RevisionOf(EtcdSchema.FinishedCompaction), RevisionOf(EtcdSchema.ScheduledCompaction));
        StorageVersion = Text(EtcdSchema.Meta, EtcdSchema.StorageVersion);
        Configuration = ReadConfiguration();
        Leases = [.. Each(EtcdSchema.Lease, ReadLease)];
        Alarms = [.. Each(EtcdSchema.Alarm, ReadAlarm)];
        Members = [.. Each(EtcdSchema.Members, static item => EtcdMemberJson.ParseMember(item.Value).Member)];
        RemovedMembers = [.. Each(EtcdSchema.MembersRemoved, static item => EtcdMemberJson.IdOf(Encoding.UTF8.GetString(item.Key.Span)))];
        Auth = ReadAuth();
    }

    public string Path => _reader.Path;

    /// <summary>The database, to be looked at as it is.</summary>
    public BboltReader Buckets => _reader;

    /// <summary>The last entry of the Raft log that the records reflect; 0 when the database does not say.</summary>
    public long ConsistentIndex { get; }

    /// <summary>The term of that entry; 0 when the database does not say, as before 3.5.</summary>
    public long Term { get; }

    /// <summary>The newest compaction, finished or under way; -1 when there was none.</summary>
    public long CompactRevision { get; }

    /// <summary>The version of the database's form; null before 3.6.</summary>
    public string? StorageVersion { get; }

    /// <summary>Who decides; null when the database does not say, as before 3.5.</summary>
    public RaftConfiguration? Configuration { get; }

    public ImmutableArray<LeaseRecord> Leases { get; }

    public ImmutableSortedSet<AlarmMember> Alarms { get; }

    public ImmutableArray<Member> Members { get; }

    public ImmutableArray<MemberId> RemovedMembers { get; }

    /// <summary>Users and roles.</summary>
    public AuthState Auth { get; }

    /// <summary>The newest main revision among the records; known once <see cref="Records"/> was read to its end.</summary>
    public long LastRevision { get; private set; }

    /// <summary>
    /// The store's revision; known once <see cref="Records"/> was read to its end. A compaction may have removed the
    /// newest records themselves, when they were deletions.
    /// </summary>
    public long Revision => Math.Max(StoreManifest.Empty.Revision, Math.Max(LastRevision, CompactRevision));

    /// <exception cref="BboltDamagedException">The file is no sound database.</exception>
    /// <exception cref="EtcdDataException">A running etcd uses the file, or it cannot be read.</exception>
    public static EtcdDatabase Open(string path)
    {
        BboltReader? reader = null;
        try
        {
            reader = BboltReader.Open(path);
            return new EtcdDatabase(reader);
        }
        catch (Exception failure)
        {
            reader?.Dispose();
            throw failure switch
            {
                FileNotFoundException or DirectoryNotFoundException => new EtcdDataException($"stat {path}: no such file or directory", failure),
                UnauthorizedAccessException => new EtcdDataException($"{path} cannot be read: {failure.Message}", failure),
                IOException => new EtcdDataException($"{path} cannot be read; does an etcd run that uses it? {failure.Message}", failure),
                _ => failure,
            };
        }
    }

    /// <summary>
    /// The records in order of revision, each checked. What a compaction has yet to take out is among them. A marker
    /// without a key, which etcd's restore writes to move the revision on, is no record.
    /// </summary>
    /// <exception cref="BboltDamagedException">A page or a record on the way is not sound.</exception>
    public IEnumerable<StoreRecord> Records()
    {
        Revision previous = default;
        foreach (var item in _reader.Items(EtcdSchema.Key))
        {
            if (!EtcdSchema.TryParseRevision(item.Key.Span, out var revision, out var isTombstone) || revision.Sub > int.MaxValue)
            {
                throw Damaged(item, $"\"{Convert.ToHexString(item.Key.Span)}\" is no revision");
            }

            // A put and a deletion under one revision have different keys, but cannot both have happened.
            if (revision <= previous)
            {
                throw Damaged(item, $"revision {revision.Main}, {revision.Sub} is there twice");
            }

            previous = revision;
            LastRevision = revision.Main;
            if (item.Value.IsEmpty && !isTombstone)
            {
                continue;
            }

            if (Defect(item.Value.Span, revision, isTombstone) is { } defect)
            {
                throw Damaged(item, $"the record of revision {revision.Main}, {revision.Sub} is not sound: {defect}");
            }

            yield return new StoreRecord(revision, item.Value, isTombstone);
        }
    }

    public void Dispose() => _reader.Dispose();

    private static string? Defect(ReadOnlySpan<byte> record, Revision revision, bool isTombstone)
    {
        try
        {
            var kv = KeyValue.Parse(record);
            return kv.Key.IsEmpty ? "it has no key"
                : isTombstone ? null
                : kv.ModRevision != revision.Main ? $"it says that its revision is {kv.ModRevision}"
                : kv.CreateRevision < 1 || kv.CreateRevision > kv.ModRevision ? $"it says that its key was created at {kv.CreateRevision}"
                : kv.Version < 1 ? $"it says that its version is {kv.Version}"
                : null;
        }
        catch (InvalidDataException wrong)
        {
            return wrong.Message;
        }
    }

    private IEnumerable<T> Each<T>(string bucket, Func<BboltItem, T> read)
    {
        foreach (var item in _reader.Items(bucket))
        {
            T result;
            try
            {
                result = read(item);
            }
            catch (Exception wrong) when (wrong is MalformedMessageException or JsonException)
            {
                throw Damaged(item, $"an item of the bucket {bucket} cannot be read: {wrong.Message}");
            }

            yield return result;
        }
    }

    private ulong Number(string bucket, string key) => _reader.Find(bucket, key) switch
    {
        null => 0,
        { Length: sizeof(ulong) } value => BinaryPrimitives.ReadUInt64BigEndian(value.Span),
        { } value => throw Damaged(default, $"{key} of the bucket {bucket} has {value.Length} bytes"),
    };

    private string? Text(string bucket, string key)
        => _reader.Find(bucket, key) is { } value ? Encoding.UTF8.GetString(value.Span) : null;

    private long RevisionOf(string key)
    {
        if (_reader.Find(EtcdSchema.Meta, key) is not { } value)
        {
            return -1;
        }

        return EtcdSchema.TryParseRevision(value.Span, out var revision, out _)
            ? revision.Main
            : throw Damaged(default, $"{key} of the bucket {EtcdSchema.Meta} is no revision");
    }

    private RaftConfiguration? ReadConfiguration()
    {
        try
        {
            return _reader.Find(EtcdSchema.Meta, EtcdSchema.ConfState) is { } value ? EtcdMemberJson.ParseConfiguration(value) : null;
        }
        catch (JsonException wrong)
        {
            throw Damaged(default, $"{EtcdSchema.ConfState} cannot be read: {wrong.Message}");
        }
    }

    private AuthState ReadAuth()
    {
        var isEnabled = _reader.Find(EtcdSchema.Auth, EtcdSchema.AuthEnabled) is { Length: 1 } value && value.Span[0] == 1;
        var revision = Number(EtcdSchema.Auth, EtcdSchema.AuthRevision);
        var users = Each(EtcdSchema.AuthUsers, static item => AuthStateCodec.DecodeUser(item.Value)).ToArray();
        var roles = Each(EtcdSchema.AuthRoles, static item => AuthStateCodec.DecodeRole(item.Value)).ToArray();
        return users.Length == 0 && roles.Length == 0 && revision <= AuthState.Initial.Revision
            ? AuthState.Initial
            : AuthState.Of(isEnabled, revision, users, roles);
    }

    // etcd: leasepb.Lease {1 id, 2 ttl, 3 remaining ttl} below the id in big endian.
    private static LeaseRecord ReadLease(BboltItem item)
    {
        var lease = ReplicatedStateCodec.DecodeLease(item.Value);
        var (id, ttl, remaining) = (lease.Id.Value, lease.TtlSeconds, lease.RemainingTtlSeconds);
        if (id == 0 || item.Key.Length != sizeof(long) || BinaryPrimitives.ReadInt64BigEndian(item.Key.Span) != id)
        {
            throw new MalformedMessageException($"lease {id} below the key {Convert.ToHexString(item.Key.Span)}");
        }

        return ttl is > 0 and <= LeaseTable.TtlSecondsMax && remaining >= 0 && remaining <= LeaseTable.TtlSecondsMax
            ? lease
            : throw new MalformedMessageException($"lease {id} with {ttl} seconds to live, {remaining} of them left");
    }

    // etcd: etcdserverpb.AlarmMember {1 member, 2 alarm} as a key without a value.
    private static AlarmMember ReadAlarm(BboltItem item)
    {
        var alarm = ReplicatedStateCodec.DecodeAlarm(item.Key);
        return alarm.Alarm is AlarmType.NoSpace or AlarmType.Corrupt
            ? alarm
            : throw new MalformedMessageException($"an alarm of unknown kind {(int)alarm.Alarm}");
    }

    private BboltDamagedException Damaged(BboltItem item, string reason) => new(_reader.Path, item.Offset, reason);
}
