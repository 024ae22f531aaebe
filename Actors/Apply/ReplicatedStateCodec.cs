using System.Collections.Immutable;
using System.IO.Compression;
using ActorEtcd.Auth;
using ActorEtcd.Lease;
using ActorEtcd.Members;
using ActorEtcd.Messages;
using ActorEtcd.V2;
using ActorEtcd.Wire;

namespace ActorEtcd.Apply;

/// <summary>
/// The protobuf wire form of <see cref="ReplicatedState"/> in a checkpoint: 1 cluster id; 2 member {1 id, 2 name,
/// 3 peer URL, 4 client URL, 5 learner}; 3 lease {1 id, 2 ttl, 3 remaining ttl}; 4 alarm {1 member, 2 type};
/// 5 users and roles; 6 versions; 7 id of a removed member; 8 v2 store; 9 the same, deflated. Readers pass over fields that they do not know.
/// </summary>
public static class ReplicatedStateCodec
{
    /// <summary>A v2 store of more bytes is deflated, since it travels between members in one message.</summary>
    private const int DeflatedFrom = 64 * 1024;

    public static byte[] Encode(ReplicatedState state)
    {
        // What every cluster begins with is left out, as it is in checkpoints of earlier versions.
        var auth = ReferenceEquals(state.Auth, AuthState.Initial) ? [] : AuthStateCodec.Encode(state.Auth);
        var versions = ClusterVersionsCodec.Encode(state.Versions);
        var v2 = ReferenceEquals(state.V2, V2State.Initial) ? [] : V2StateCodec.Encode(state.V2);
        var v2Field = v2.Length < DeflatedFrom ? 8 : 9;
        v2 = v2.Length < DeflatedFrom ? v2 : Deflated(v2);
        var size = ProtoSize.UInt64(1, state.Members.ClusterId)
            + state.Members.Members.Values.Sum(static m => ProtoSize.Message(2, MemberCodec.Size(m)))
            + state.Leases.Sum(static l => ProtoSize.Message(3, Size(l)))
            + state.Alarms.Sum(static a => ProtoSize.Message(4, Size(a)))
            + ProtoSize.Bytes(5, auth)
            + ProtoSize.Bytes(6, versions)
            + state.Members.Removed.Sum(static id => ProtoSize.UInt64(7, id.Value))
            + ProtoSize.Bytes(v2Field, v2);
        var bytes = new byte[size];
        var writer = new ProtoWriter(bytes);
        writer.UInt64(1, state.Members.ClusterId);
        foreach (var member in state.Members.Members.Values)
        {
            writer.MessageHeader(2, MemberCodec.Size(member));
            MemberCodec.Write(ref writer, member);
        }

        foreach (var lease in state.Leases)
        {
            writer.MessageHeader(3, Size(lease));
            writer.Int64(1, lease.Id.Value);
            writer.Int64(2, lease.TtlSeconds);
            writer.Int64(3, lease.RemainingTtlSeconds);
        }

        foreach (var alarm in state.Alarms)
        {
            writer.MessageHeader(4, Size(alarm));
            writer.UInt64(1, alarm.Member.Value);
            writer.Int64(2, (long)alarm.Alarm);
        }

        writer.Bytes(5, auth);
        writer.Bytes(6, versions);
        foreach (var id in state.Members.Removed)
        {
            writer.UInt64(7, id.Value);
        }

        writer.Bytes(v2Field, v2);
        return bytes;
    }

    /// <exception cref="MalformedMessageException">The bytes are not a replicated state.</exception>
    public static ReplicatedState Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        ulong clusterId = 0;
        var members = new List<Member>();
        var leases = ImmutableArray.CreateBuilder<LeaseRecord>();
        var alarms = ImmutableSortedSet.CreateBuilder<AlarmMember>();
        var auth = AuthState.Initial;
        var versions = ClusterVersions.Unknown;
        var v2 = V2State.Initial;
        var removed = ImmutableSortedSet.CreateBuilder<MemberId>();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: clusterId = reader.UInt64(); break;
                case 2: members.Add(MemberCodec.Read(reader.Bytes())); break;
                case 3: leases.Add(DecodeLease(reader.Bytes())); break;
                case 4: alarms.Add(DecodeAlarm(reader.Bytes())); break;
                case 5: auth = AuthStateCodec.Decode(reader.Bytes()); break;
                case 6: versions = ClusterVersionsCodec.Decode(reader.Bytes()); break;
                case 7: removed.Add(new MemberId(reader.UInt64())); break;
                case 8: v2 = V2StateCodec.Decode(reader.Bytes()); break;
                case 9: v2 = V2StateCodec.Decode(Inflated(reader.Bytes())); break;
                default: reader.Skip(); break;
            }
        }

        var table = MemberTable.Of(clusterId, members) with { Removed = removed.ToImmutable() };
        return new ReplicatedState(table, leases.DrainToImmutable(), alarms.ToImmutable())
        {
            Auth = auth,
            Versions = versions,
            V2 = v2,
        };
    }

    /// <summary>Reads a lease; an etcd database holds it in the same form (etcd: <c>leasepb.Lease</c>). What it says is not judged.</summary>
    /// <exception cref="MalformedMessageException">The bytes are no message.</exception>
    public static LeaseRecord DecodeLease(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        long id = 0, ttl = 0, remaining = 0;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: id = reader.Int64(); break;
                case 2: ttl = reader.Int64(); break;
                case 3: remaining = reader.Int64(); break;
                default: reader.Skip(); break;
            }
        }

        return new LeaseRecord(new LeaseId(id), ttl, remaining);
    }

    /// <summary>Reads an alarm; an etcd database holds it in the same form (etcd: <c>AlarmMember</c>). What it says is not judged.</summary>
    /// <exception cref="MalformedMessageException">The bytes are no message.</exception>
    public static AlarmMember DecodeAlarm(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        ulong member = 0;
        var type = 0;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: member = reader.UInt64(); break;
                case 2: type = reader.Int32(); break;
                default: reader.Skip(); break;
            }
        }

        return new AlarmMember(new MemberId(member), (AlarmType)type);
    }

    private static byte[] Deflated(byte[] bytes)
    {
        using var deflated = new MemoryStream();
        using (var deflate = new DeflateStream(deflated, CompressionLevel.Fastest))
        {
            deflate.Write(bytes);
        }

        return deflated.ToArray();
    }

    private static byte[] Inflated(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var deflate = new DeflateStream(new MemoryStream(bytes.ToArray()), CompressionMode.Decompress);
            using var inflated = new MemoryStream();
            deflate.CopyTo(inflated);
            return inflated.ToArray();
        }
        catch (InvalidDataException damage)
        {
            throw new MalformedMessageException($"the v2 store cannot be inflated: {damage.Message}");
        }
    }

    private static int Size(LeaseRecord lease)
        => ProtoSize.Int64(1, lease.Id.Value)
            + ProtoSize.Int64(2, lease.TtlSeconds)
            + ProtoSize.Int64(3, lease.RemainingTtlSeconds);

    private static int Size(AlarmMember alarm)
        => ProtoSize.UInt64(1, alarm.Member.Value) + ProtoSize.Int64(2, (long)alarm.Alarm);
}
