using System.Runtime.Serialization;
using ActorEtcd.Alarms;
using ActorEtcd.Wire;
using Akka.Actor;
using Akka.Serialization;

namespace ActorEtcd.Persistence.Serialization;

/// <summary>
/// What members say to each other to compare what they hold, in protobuf wire form: 1 cluster id, 2 round, 3 member, 4 to 7
/// the message's own numbers in the order of the record.
/// </summary>
public sealed class HashMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string AskSumManifest = "HA";
    private const string SumManifest = "HS";
    private const string AskKeysManifest = "HQ";
    private const string KeysManifest = "HK";
    private const int FirstNumber = 4;
    private const int Numbers = 4;

    public override int Identifier => 2107;

    public override string Manifest(object o) => o switch
    {
        AskSum => AskSumManifest,
        SumTold => SumManifest,
        AskKeyHash => AskKeysManifest,
        KeyHashTold => KeysManifest,
        _ => throw new ArgumentException($"{o.GetType()} is no message between members that compare", nameof(o)),
    };

    public override byte[] ToBinary(object obj) => obj switch
    {
        AskSum m => Write(m, MemberId.None, m.From, m.To, 0),
        SumTold m => Write(m, m.Member, m.From, m.To, (long)m.Sum, (long)m.State),
        AskKeyHash m => Write(m, MemberId.None, m.Revision, 0, 0),
        KeyHashTold m => Write(m, m.Member, m.Revision, m.CompactRevision, m.Hash),
        _ => throw new ArgumentException($"{obj.GetType()} is no message between members that compare", nameof(obj)),
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
            throw new SerializationException($"malformed message between members that compare: {malformed.Message}", malformed);
        }
    }

    private static byte[] Write(HashMessage message, MemberId member, long first, long second, long third, long fourth = 0)
    {
        var bytes = new byte[
            ProtoSize.UInt64(1, message.ClusterId)
            + ProtoSize.Int64(2, message.Round)
            + ProtoSize.UInt64(3, member.Value)
            + ProtoSize.Int64(FirstNumber, first)
            + ProtoSize.Int64(FirstNumber + 1, second)
            + ProtoSize.Int64(FirstNumber + 2, third)
            + ProtoSize.Int64(FirstNumber + 3, fourth)];
        var writer = new ProtoWriter(bytes);
        writer.UInt64(1, message.ClusterId);
        writer.Int64(2, message.Round);
        writer.UInt64(3, member.Value);
        writer.Int64(FirstNumber, first);
        writer.Int64(FirstNumber + 1, second);
        writer.Int64(FirstNumber + 2, third);
        writer.Int64(FirstNumber + 3, fourth);
        return bytes;
    }

    private static HashMessage Read(byte[] bytes, string manifest)
    {
        var reader = new ProtoReader(bytes);
        ulong clusterId = 0, member = 0;
        var round = 0L;
        var n = new long[Numbers];
        while (reader.Next())
        {
            var field = reader.Field;
            switch (field)
            {
                case 1: clusterId = reader.UInt64(); break;
                case 2: round = reader.Int64(); break;
                case 3: member = reader.UInt64(); break;
                case >= FirstNumber and < FirstNumber + Numbers: n[field - FirstNumber] = reader.Int64(); break;
                default: reader.Skip(); break;
            }
        }

        return manifest switch
        {
            AskSumManifest => new AskSum(clusterId, round, n[0], n[1]),
            SumManifest => new SumTold(clusterId, round, new MemberId(member), n[0], n[1], (ulong)n[2]) { State = (ulong)n[3] },
            AskKeysManifest => new AskKeyHash(clusterId, round, n[0]),
            KeysManifest => new KeyHashTold(clusterId, round, new MemberId(member), n[0], n[1], (uint)n[2]),
            _ => throw new SerializationException($"unknown manifest '{manifest}' of a message between members that compare"),
        };
    }
}
