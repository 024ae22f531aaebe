using System.Runtime.Serialization;
using ActorEtcd.Lease;
using ActorEtcd.Wire;
using Akka.Actor;
using Akka.Serialization;

namespace ActorEtcd.Persistence.Serialization;

/// <summary>
/// What the lease actors of two members say to each other, in protobuf wire form: 1 correlation, 2 lease id,
/// 3 renew, 4 remaining seconds plus one (so that "no such lease" is left out), 5 granted seconds.
/// </summary>
public sealed class LeaseMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string AskLeaderManifest = "LA";
    private const string LeaderAnsweredManifest = "LR";
    private const string LeaderIsElsewhereManifest = "LE";

    public override int Identifier => 2103;

    public override string Manifest(object o) => o switch
    {
        AskLeader => AskLeaderManifest,
        LeaderAnswered => LeaderAnsweredManifest,
        LeaderIsElsewhere => LeaderIsElsewhereManifest,
        _ => throw new ArgumentException($"{o.GetType()} is no message between lease actors", nameof(o)),
    };

    public override byte[] ToBinary(object obj)
    {
        if (obj is not LeasePeerMessage message)
        {
            throw new ArgumentException($"{obj.GetType()} is no message between lease actors", nameof(obj));
        }

        var ask = obj as AskLeader;
        var answer = obj as LeaderAnswered;
        var bytes = new byte[
            ProtoSize.Int64(1, message.Correlation)
            + ProtoSize.Int64(2, ask?.Id.Value ?? 0)
            + ProtoSize.Bool(3, ask?.Renew ?? false)
            + ProtoSize.Int64(4, answer is null ? 0 : answer.Ttl.RemainingSeconds + 1)
            + ProtoSize.Int64(5, answer?.Ttl.GrantedSeconds ?? 0)];
        var writer = new ProtoWriter(bytes);
        writer.Int64(1, message.Correlation);
        writer.Int64(2, ask?.Id.Value ?? 0);
        writer.Bool(3, ask?.Renew ?? false);
        writer.Int64(4, answer is null ? 0 : answer.Ttl.RemainingSeconds + 1);
        writer.Int64(5, answer?.Ttl.GrantedSeconds ?? 0);
        return bytes;
    }

    /// <exception cref="SerializationException">The bytes or the manifest are not those of such a message.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            return Read(bytes, manifest);
        }
        catch (MalformedMessageException malformed)
        {
            throw new SerializationException($"malformed message between lease actors: {malformed.Message}", malformed);
        }
    }

    private static LeasePeerMessage Read(byte[] bytes, string manifest)
    {
        var reader = new ProtoReader(bytes);
        long correlation = 0, id = 0, remaining = 0, granted = 0;
        var renew = false;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: correlation = reader.Int64(); break;
                case 2: id = reader.Int64(); break;
                case 3: renew = reader.Bool(); break;
                case 4: remaining = reader.Int64(); break;
                case 5: granted = reader.Int64(); break;
                default: reader.Skip(); break;
            }
        }

        return manifest switch
        {
            AskLeaderManifest => new AskLeader(correlation, new LeaseId(id), renew),
            LeaderAnsweredManifest => new LeaderAnswered(correlation, new LeaseTtl(remaining - 1, granted)),
            LeaderIsElsewhereManifest => new LeaderIsElsewhere(correlation),
            _ => throw new SerializationException($"unknown manifest '{manifest}' of a message between lease actors"),
        };
    }
}
