using System.Runtime.Serialization;
using Akka.Remote.Serialization;
using Akka.Serialization;

namespace Akka.Cluster.Serialization;

/// <summary>The messages between the nodes of a cluster, each under a manifest of its own.</summary>
[InternalApi]
public class ClusterMessageSerializer : SerializerWithStringManifest
{
    private const string InitJoinManifest = "IJ";
    private const string InitJoinAckManifest = "IJA";
    private const string InitJoinNackManifest = "IJN";
    private const string JoinManifest = "J";
    private const string WelcomeManifest = "W";
    private const string LeaveManifest = "L";
    private const string DownManifest = "D";
    private const string ExitingConfirmedManifest = "EC";
    private const string GossipEnvelopeManifest = "GE";
    private const string GossipStatusManifest = "GS";
    private const string HeartbeatManifest = "HB";
    private const string HeartbeatRspManifest = "HBR";

    public ClusterMessageSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    public override string Manifest(object o) => o switch
    {
        Heartbeat => HeartbeatManifest,
        HeartbeatRsp => HeartbeatRspManifest,
        GossipStatus => GossipStatusManifest,
        GossipEnvelope => GossipEnvelopeManifest,
        InitJoin => InitJoinManifest,
        InitJoinAck => InitJoinAckManifest,
        InitJoinNack => InitJoinNackManifest,
        Join => JoinManifest,
        Welcome => WelcomeManifest,
        Leave => LeaveManifest,
        Down => DownManifest,
        ExitingConfirmed => ExitingConfirmedManifest,
        _ => throw new ArgumentException($"Cannot serialize object of type [{o.GetType()}]", nameof(o)),
    };

    public override byte[] ToBinary(object obj)
    {
        var writer = new WireWriter();
        switch (obj)
        {
            case Heartbeat heartbeat:
                ClusterWire.Write(writer, heartbeat.From);
                writer.Long(heartbeat.SequenceNr);
                break;
            case HeartbeatRsp response:
                ClusterWire.Write(writer, response.From);
                writer.Long(response.SequenceNr);
                break;
            case GossipStatus status:
                ClusterWire.Write(writer, status.From);
                ClusterWire.Write(writer, status.Version);
                break;
            case GossipEnvelope envelope:
                ClusterWire.Write(writer, envelope.From);
                ClusterWire.Write(writer, envelope.To);
                GossipWire.Write(writer, envelope.Gossip);
                break;
            case InitJoin:
                break;
            case InitJoinAck ack:
                ClusterWire.Write(writer, ack.Address);
                break;
            case InitJoinNack nack:
                ClusterWire.Write(writer, nack.Address);
                break;
            case Join join:
                ClusterWire.Write(writer, join.Node);
                ClusterWire.Write(writer, join.Roles);
                writer.Text(join.AppVersion.Version);
                break;
            case Welcome welcome:
                ClusterWire.Write(writer, welcome.From);
                GossipWire.Write(writer, welcome.Gossip);
                break;
            case Leave leave:
                ClusterWire.Write(writer, leave.Address);
                break;
            case Down down:
                ClusterWire.Write(writer, down.Address);
                break;
            case ExitingConfirmed confirmed:
                ClusterWire.Write(writer, confirmed.Node);
                break;
            default:
                throw new ArgumentException($"Cannot serialize object of type [{obj.GetType()}]", nameof(obj));
        }

        return writer.ToArray();
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        var reader = new WireReader(bytes);
        switch (manifest)
        {
            case HeartbeatManifest:
                return new Heartbeat(ClusterWire.ReadAddress(ref reader), reader.Long());
            case HeartbeatRspManifest:
                return new HeartbeatRsp(ClusterWire.ReadNode(ref reader), reader.Long());
            case GossipStatusManifest:
                return new GossipStatus(ClusterWire.ReadNode(ref reader), ClusterWire.ReadClock(ref reader));
            case GossipEnvelopeManifest:
                return new GossipEnvelope(
                    ClusterWire.ReadNode(ref reader), ClusterWire.ReadNode(ref reader), GossipWire.Read(ref reader));
            case InitJoinManifest:
                return InitJoin.Instance;
            case InitJoinAckManifest:
                return new InitJoinAck(ClusterWire.ReadAddress(ref reader));
            case InitJoinNackManifest:
                return new InitJoinNack(ClusterWire.ReadAddress(ref reader));
            case JoinManifest:
                return new Join(
                    ClusterWire.ReadNode(ref reader), ClusterWire.ReadRoles(ref reader), ClusterWire.ReadVersion(ref reader));
            case WelcomeManifest:
                return new Welcome(ClusterWire.ReadNode(ref reader), GossipWire.Read(ref reader));
            case LeaveManifest:
                return new Leave(ClusterWire.ReadAddress(ref reader));
            case DownManifest:
                return new Down(ClusterWire.ReadAddress(ref reader));
            case ExitingConfirmedManifest:
                return new ExitingConfirmed(ClusterWire.ReadNode(ref reader));
            default:
                throw new SerializationException(
                    $"Unimplemented deserialization of message with manifest [{manifest}] in [{nameof(ClusterMessageSerializer)}]");
        }
    }
}
