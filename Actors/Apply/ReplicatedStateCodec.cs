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
/// 5 users and roles; 6 versions; 7 id of a removed member; 8 v2 store, or a part of it behind the one before; 9 the v2 store,
/// deflated. Readers pass over fields that they do not know.
/// </summary>
public static class ReplicatedStateCodec
{
    /// <summary>A v2 store of more bytes is deflated, since it travels between members in one message.</summary>
    private const int DeflatedFrom = 64 * 1024;

    /// <summary>What a lease takes at most.</summary>
    private const long LeaseBytes = 36;

    /// <summary>The whole state in one message.</summary>
    public static byte[] Encode(ReplicatedState state)
    {
        var v2 = ReferenceEquals(state.V2, V2State.Initial) ? [] : V2StateCodec.Encode(state.V2);
        var buffer = new ProtoBuffer();
        AddRest(buffer, state, state.Leases);
        if (v2.Length >= DeflatedFrom)
        {
            Add(buffer, 9, Deflated(v2));
        }
        else if (v2.Length > 0)
        {
            Add(buffer, 8, v2);
        }

        return buffer.Take();
    }

    /// <summary>
    /// All but leases and v2 keys, which come in <see cref="Parts"/>. Who expects the whole state here, as earlier versions do,
    /// finds that the v2 store is incomplete.
    /// </summary>
    public static byte[] EncodeHead(ReplicatedState state)
    {
        var buffer = new ProtoBuffer();
        AddRest(buffer, state, []);
        Add(buffer, 8, V2StateCodec.EncodeHead(state.V2));
        return buffer.Take();
    }

    /// <summary>Leases and v2 keys in messages of about so many bytes, which belong behind <see cref="EncodeHead"/>.</summary>
    public static IEnumerable<byte[]> Parts(ReplicatedState state, int bytesMax)
    {
        var buffer = new ProtoBuffer();
        foreach (var lease in state.Leases)
        {
            buffer.AddMessage(3, Size(lease), lease, Write);
            if (buffer.Length >= bytesMax)
            {
                yield return buffer.Take();
            }
        }

        foreach (var part in V2StateCodec.Parts(state.V2, bytesMax))
        {
            Add(buffer, 8, part);
            yield return buffer.Take();
        }
    }

    /// <summary>About what leases and v2 keys take, without encoding them.</summary>
    public static long EstimatePartBytes(ReplicatedState state) =>
        (state.Leases.Length * LeaseBytes) + state.V2.Sum.Bytes + state.V2.History.Bytes;

    /// <exception cref="MalformedMessageException">The bytes are not a replicated state.</exception>
    public static ReplicatedState Decode(ReadOnlyMemory<byte> bytes) => Decode(bytes, []);

    /// <param name="head">What <see cref="Encode"/> or <see cref="EncodeHead"/> gave.</param>
    /// <param name="parts">What <see cref="Parts"/> gave.</param>
    /// <exception cref="MalformedMessageException">They are not a replicated state.</exception>
    public static ReplicatedState Decode(ReadOnlyMemory<byte> head, IEnumerable<ReadOnlyMemory<byte>> parts)
    {
        ulong clusterId = 0;
        var members = new List<Member>();
        var leases = ImmutableArray.CreateBuilder<LeaseRecord>();
        var alarms = ImmutableSortedSet.CreateBuilder<AlarmMember>();
        var auth = AuthState.Initial;
        var versions = ClusterVersions.Unknown;
        V2StateReader? v2 = null;
        var removed = ImmutableSortedSet.CreateBuilder<MemberId>();
        foreach (var bytes in parts.Prepend(head))
        {
            var reader = new ProtoReader(bytes);
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
                    case 8: (v2 ??= new V2StateReader()).Read(reader.Bytes()); break;
                    case 9: (v2 ??= new V2StateReader()).Read(Inflated(reader.Bytes())); break;
                    default: reader.Skip(); break;
                }
            }
        }

        var table = MemberTable.Of(clusterId, members) with { Removed = removed.ToImmutable() };
        return new ReplicatedState(table, leases.DrainToImmutable(), alarms.ToImmutable())
        {
            Auth = auth,
            Versions = versions,
            V2 = v2?.Complete() ?? V2State.Initial,
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

    private static void AddRest(ProtoBuffer buffer, ReplicatedState state, ImmutableArray<LeaseRecord> leases)
    {
        // What every cluster begins with is left out, as it is in checkpoints of earlier versions.
        var auth = ReferenceEquals(state.Auth, AuthState.Initial) ? [] : AuthStateCodec.Encode(state.Auth);
        var clusterId = state.Members.ClusterId;
        buffer.Add(ProtoSize.UInt64(1, clusterId), clusterId, static (ref writer, id) => writer.UInt64(1, id));
        foreach (var member in state.Members.Members.Values)
        {
            buffer.AddMessage(2, MemberCodec.Size(member), member, MemberCodec.Write);
        }

        foreach (var lease in leases)
        {
            buffer.AddMessage(3, Size(lease), lease, Write);
        }

        foreach (var alarm in state.Alarms)
        {
            buffer.AddMessage(4, Size(alarm), alarm, Write);
        }

        AddUnlessEmpty(buffer, 5, auth);
        AddUnlessEmpty(buffer, 6, ClusterVersionsCodec.Encode(state.Versions));
        foreach (var id in state.Members.Removed)
        {
            buffer.Add(ProtoSize.UInt64(7, id.Value), id.Value, static (ref writer, removed) => writer.UInt64(7, removed));
        }
    }

    private static void AddUnlessEmpty(ProtoBuffer buffer, int field, byte[] bytes)
    {
        if (bytes.Length > 0)
        {
            Add(buffer, field, bytes);
        }
    }

    private static void Add(ProtoBuffer buffer, int field, byte[] bytes)
        => buffer.AddMessage(field, bytes.Length, bytes, static (ref writer, content) => writer.Raw(content));

    private static void Write(ref ProtoWriter writer, LeaseRecord lease)
    {
        writer.Int64(1, lease.Id.Value);
        writer.Int64(2, lease.TtlSeconds);
        writer.Int64(3, lease.RemainingTtlSeconds);
    }

    private static void Write(ref ProtoWriter writer, AlarmMember alarm)
    {
        writer.UInt64(1, alarm.Member.Value);
        writer.Int64(2, (long)alarm.Alarm);
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
