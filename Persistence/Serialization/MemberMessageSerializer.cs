using System.Collections.Immutable;
using System.Runtime.Serialization;
using ActorEtcd.Members;
using ActorEtcd.Wire;
using Akka.Actor;
using Akka.Serialization;

namespace ActorEtcd.Persistence.Serialization;

/// <summary>
/// What the members actors of two members say to each other, in protobuf wire form: 1 cluster id, 2 sender or member,
/// 3 recipient, 4 number, 5 member {1 id, 2 name, 3 peer URL, 4 client URL, 5 learner}, 6 id of a removed member,
/// 7 version.
/// </summary>
public sealed class MemberMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string ProbeManifest = "MP";
    private const string AliveManifest = "MA";
    private const string RemovedManifest = "MR";
    private const string AskManifest = "MQ";
    private const string ToldManifest = "MT";

    public override int Identifier => 2105;

    public override string Manifest(object o) => o switch
    {
        ProbeMember => ProbeManifest,
        MemberAlive => AliveManifest,
        MemberRemoved => RemovedManifest,
        AskMembers => AskManifest,
        MembersTold => ToldManifest,
        _ => throw new ArgumentException($"{o.GetType()} is no message between members actors", nameof(o)),
    };

    public override byte[] ToBinary(object obj) => obj switch
    {
        ProbeMember m => Write(m.ClusterId, m.From, m.To, m.Number),
        MemberAlive m => Write(m.ClusterId, m.From, MemberId.None, m.Number),
        MemberRemoved m => Write(m.ClusterId, m.Member, MemberId.None, number: 0),
        AskMembers m => Write(m.ClusterId, MemberId.None, MemberId.None, number: 0),
        MembersTold m => Write(m),
        _ => throw new ArgumentException($"{obj.GetType()} is no message between members actors", nameof(obj)),
    };

    /// <exception cref="SerializationException">The bytes or the manifest are not those of such a message.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            return Read(bytes, manifest);
        }
        catch (MalformedMessageException malformed)
        {
            throw new SerializationException($"malformed message between members actors: {malformed.Message}", malformed);
        }
    }

    private static byte[] Write(ulong clusterId, MemberId from, MemberId to, long number)
    {
        var bytes = new byte[
            ProtoSize.UInt64(1, clusterId)
            + ProtoSize.UInt64(2, from.Value)
            + ProtoSize.UInt64(3, to.Value)
            + ProtoSize.Int64(4, number)];
        var writer = new ProtoWriter(bytes);
        writer.UInt64(1, clusterId);
        writer.UInt64(2, from.Value);
        writer.UInt64(3, to.Value);
        writer.Int64(4, number);
        return bytes;
    }

    private static byte[] Write(MembersTold told)
    {
        var bytes = new byte[
            ProtoSize.UInt64(1, told.ClusterId)
            + told.Members.Sum(static member => ProtoSize.Message(5, MemberCodec.Size(member)))
            + told.Removed.Sum(static id => ProtoSize.UInt64(6, id.Value))
            + ProtoSize.String(7, told.Version)];
        var writer = new ProtoWriter(bytes);
        writer.UInt64(1, told.ClusterId);
        foreach (var member in told.Members)
        {
            writer.MessageHeader(5, MemberCodec.Size(member));
            MemberCodec.Write(ref writer, member);
        }

        foreach (var id in told.Removed)
        {
            writer.UInt64(6, id.Value);
        }

        writer.String(7, told.Version);
        return bytes;
    }

    private static MemberPeerMessage Read(byte[] bytes, string manifest)
    {
        var reader = new ProtoReader(bytes);
        ulong clusterId = 0, from = 0, to = 0;
        long number = 0;
        var version = string.Empty;
        var members = ImmutableArray.CreateBuilder<Member>();
        var removed = ImmutableArray.CreateBuilder<MemberId>();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: clusterId = reader.UInt64(); break;
                case 2: from = reader.UInt64(); break;
                case 3: to = reader.UInt64(); break;
                case 4: number = reader.Int64(); break;
                case 5: members.Add(MemberCodec.Read(reader.Bytes())); break;
                case 6: removed.Add(new MemberId(reader.UInt64())); break;
                case 7: version = reader.String(); break;
                default: reader.Skip(); break;
            }
        }

        return manifest switch
        {
            ProbeManifest => new ProbeMember(clusterId, new MemberId(from), new MemberId(to), number),
            AliveManifest => new MemberAlive(clusterId, new MemberId(from), number),
            RemovedManifest => new MemberRemoved(clusterId, new MemberId(from)),
            AskManifest => new AskMembers(),
            ToldManifest => new MembersTold(clusterId, members.DrainToImmutable(), removed.DrainToImmutable(), version),
            _ => throw new SerializationException($"unknown manifest '{manifest}' of a message between members actors"),
        };
    }
}
