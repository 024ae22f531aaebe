using System.Text;
using ActorEtcd.Apply;
using ActorEtcd.Auth;
using ActorEtcd.Lease;
using ActorEtcd.Members;
using ActorEtcd.Messages;
using ActorEtcd.Wire;

namespace ActorEtcd.Persistence.Bbolt;

/// <summary>
/// The replicated state as the buckets of an etcd database. The records of the store are the values of its <c>key</c>
/// bucket as they are; everything else is a few entries.
/// </summary>
public static class EtcdExport
{
    /// <summary>The first version whose database says its own version; later ones understand it.</summary>
    private static readonly Version VersionedSince = new(3, 6, 0);

    /// <param name="state">What to write.</param>
    /// <param name="version">The etcd version that this server is compatible with.</param>
    public static IReadOnlyList<BboltBucket> Buckets(CapturedState state, Version version)
    {
        var members = state.State.Members.Members.Values;
        return
        [
            new(EtcdSchema.Key, Records(state)),
            new(EtcdSchema.Meta, Meta(state, version)),
            new(EtcdSchema.Lease, InOrder(state.State.Leases.Select(LeaseItem))),
            new(EtcdSchema.Alarm, InOrder(state.State.Alarms.Select(AlarmItem))),
            new(EtcdSchema.Cluster, [Item(EtcdSchema.ClusterVersion, Encoding.UTF8.GetBytes(StorageVersion(version).ToString(3)))]),
            new(EtcdSchema.Members, InOrder(members.Select(MemberItem))),
            new(EtcdSchema.MembersRemoved, InOrder(state.State.Members.Removed.Select(RemovedItem))),
            new(EtcdSchema.Auth, Auth(state.State.Auth)),
            new(EtcdSchema.AuthUsers, InOrder(state.State.Auth.Users.Values.Select(static user => Item(user.Name, AuthStateCodec.Encode(user))))),
            new(EtcdSchema.AuthRoles, InOrder(state.State.Auth.Roles.Values.Select(static role => Item(role.Name, AuthStateCodec.Encode(role))))),
        ];
    }

    /// <summary>
    /// The version that the database is written for. Nothing in it is newer than 3.6, and no etcd opens a database of
    /// a later version than its own, so 3.6 is the most that is said.
    /// </summary>
    public static Version StorageVersion(Version version)
    {
        var minor = new Version(version.Major, version.Minor, 0);
        return minor < VersionedSince ? minor : VersionedSince;
    }

    private static IEnumerable<BboltItem> Records(CapturedState state) => state.View.Records().Select(
        static record => new BboltItem(EtcdSchema.RevisionKey(record.Revision, record.IsTombstone), record.Record));

    private static BboltItem[] Meta(CapturedState state, Version version)
    {
        var view = state.View;
        var items = new List<BboltItem> { Item(EtcdSchema.ConfState, EtcdJson.Of(state.Configuration)) };
        if (view.AppliedIndex > 0)
        {
            items.Add(Item(EtcdSchema.ConsistentIndex, EtcdSchema.BigEndian((ulong)view.AppliedIndex)));
            items.Add(Item(EtcdSchema.Term, EtcdSchema.BigEndian((ulong)view.AppliedTerm)));
        }

        if (view.CompactRevision >= 0)
        {
            // Only what the compaction keeps is written, so it is finished as well as scheduled.
            var compacted = EtcdSchema.RevisionKey(new Revision(view.CompactRevision, 0), isTombstone: false);
            items.Add(Item(EtcdSchema.FinishedCompaction, compacted));
            items.Add(Item(EtcdSchema.ScheduledCompaction, compacted));
        }

        var storageVersion = StorageVersion(version);
        if (storageVersion >= VersionedSince)
        {
            items.Add(Item(EtcdSchema.StorageVersion, Encoding.UTF8.GetBytes(storageVersion.ToString(3))));
        }

        return InOrder(items);
    }

    // etcd: leasepb.Lease {1 id, 2 ttl, 3 remaining ttl} below the id in big endian.
    private static BboltItem LeaseItem(LeaseRecord lease)
    {
        var value = new byte[ProtoSize.Int64(1, lease.Id.Value)
            + ProtoSize.Int64(2, lease.TtlSeconds)
            + ProtoSize.Int64(3, lease.RemainingTtlSeconds)];
        var writer = new ProtoWriter(value);
        writer.Int64(1, lease.Id.Value);
        writer.Int64(2, lease.TtlSeconds);
        writer.Int64(3, lease.RemainingTtlSeconds);
        return new BboltItem(EtcdSchema.BigEndian((ulong)lease.Id.Value), value);
    }

    // etcd: etcdserverpb.AlarmMember {1 member, 2 alarm} as a key without a value.
    private static BboltItem AlarmItem(AlarmMember alarm)
    {
        var key = new byte[ProtoSize.UInt64(1, alarm.Member.Value) + ProtoSize.Int64(2, (long)alarm.Alarm)];
        var writer = new ProtoWriter(key);
        writer.UInt64(1, alarm.Member.Value);
        writer.Int64(2, (long)alarm.Alarm);
        return new BboltItem(key, default);
    }

    // "authEnabled" comes before "authRevision"; etcd writes it when users begin to matter for the first time.
    private static BboltItem[] Auth(AuthState auth) =>
    [
        Item(EtcdSchema.AuthEnabled, [(byte)(auth.IsEnabled ? 1 : 0)]),
        Item(EtcdSchema.AuthRevision, EtcdSchema.BigEndian(auth.Revision)),
    ];

    // etcd: the id as the key, the word as the value (schema/membership.go).
    private static BboltItem RemovedItem(MemberId id) => Item(id.ToString(), Encoding.UTF8.GetBytes("removed"));

    private static BboltItem MemberItem(Member member) => Item(member.Id.ToString(), EtcdJson.Of(member));

    private static BboltItem Item(string key, byte[] value) => new(Encoding.UTF8.GetBytes(key), value);

    private static BboltItem[] InOrder(IEnumerable<BboltItem> items)
    {
        var sorted = items.ToArray();
        Array.Sort(sorted, static (left, right) => left.Key.Span.SequenceCompareTo(right.Key.Span));
        return sorted;
    }
}
