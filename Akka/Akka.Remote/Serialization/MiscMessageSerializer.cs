using System.Runtime.Serialization;
using Akka.Serialization;

namespace Akka.Remote.Serialization;

/// <summary>The messages of Akka itself that travel between systems.</summary>
public sealed class MiscMessageSerializer : SerializerWithStringManifest
{
    private const string IdentifyManifest = "ID";
    private const string ActorIdentityManifest = "AID";
    private const string ActorRefManifest = "AR";
    private const string PoisonPillManifest = "PP";
    private const string KillManifest = "K";
    private const string HeartbeatManifest = "RWHB";
    private const string HeartbeatRspManifest = "RWHR";
    private const string StatusSuccessManifest = "SS";
    private const string StatusFailureManifest = "SF";

    public MiscMessageSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    public override string Manifest(object obj) => obj switch
    {
        Identify => IdentifyManifest,
        ActorIdentity => ActorIdentityManifest,
        IActorRef => ActorRefManifest,
        PoisonPill => PoisonPillManifest,
        Kill => KillManifest,
        RemoteWatcher.Heartbeat => HeartbeatManifest,
        RemoteWatcher.HeartbeatRsp => HeartbeatRspManifest,
        Status.Success => StatusSuccessManifest,
        Status.Failure => StatusFailureManifest,
        _ => throw new ArgumentException($"Cannot serialize object of type [{obj.GetType()}]", nameof(obj)),
    };

    public override byte[] ToBinary(object obj)
    {
        switch (obj)
        {
            case Identify identify:
                return Wrapped(identify.MessageId);
            case ActorIdentity identity:
                var writer = new WireWriter().Text(PathOf(identity.Subject));
                WriteOptional(writer, identity.MessageId);
                return writer.ToArray();
            case IActorRef actorRef:
                return new WireWriter().Text(PathOf(actorRef)).ToArray();
            case RemoteWatcher.HeartbeatRsp response:
                return new WireWriter().Int(response.AddressUid).ToArray();
            case Status.Success success:
                return Wrapped(success.Status);
            case Status.Failure failure:
                return new WireWriter().Text(failure.Cause?.GetType().Name ?? "").Text(failure.Cause?.Message ?? "").ToArray();
            default:
                return [];
        }
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        var reader = new WireReader(bytes);
        switch (manifest)
        {
            case IdentifyManifest:
                return new Identify(ReadOptional(ref reader));
            case ActorIdentityManifest:
                var path = reader.Text();
                return new ActorIdentity(ReadOptional(ref reader), path.Length == 0 ? null : RefAt(path));
            case ActorRefManifest:
                return RefAt(reader.Text());
            case PoisonPillManifest:
                return PoisonPill.Instance;
            case KillManifest:
                return Kill.Instance;
            case HeartbeatManifest:
                return RemoteWatcher.Heartbeat.Instance;
            case HeartbeatRspManifest:
                return new RemoteWatcher.HeartbeatRsp(reader.Int());
            case StatusSuccessManifest:
                return new Status.Success(ReadOptional(ref reader));
            case StatusFailureManifest:
                // The exception's own type stays behind: no type is made from a name that came over the wire.
                return new Status.Failure(new RemoteTransportException($"{reader.Text()}: {reader.Text()}"));
            default:
                throw new SerializationException(
                    $"Unimplemented deserialization of message with manifest [{manifest}] in [{nameof(MiscMessageSerializer)}]");
        }
    }

    private static string PathOf(IActorRef actorRef) => actorRef is null || actorRef.IsNobody()
        ? ""
        : Akka.Serialization.Serialization.SerializedActorPath(actorRef);

    private IActorRef RefAt(string path) => path.Length == 0 ? ActorRefs.Nobody : system.Provider.ResolveActorRef(path);

    private byte[] Wrapped(object value)
    {
        var writer = new WireWriter();
        WriteOptional(writer, value);
        return writer.ToArray();
    }

    private void WriteOptional(WireWriter writer, object value)
    {
        writer.Byte(value is null ? (byte)0 : (byte)1);
        if (value is not null)
        {
            WrappedPayload.Write(writer, value, system.Serialization);
        }
    }

    private object ReadOptional(ref WireReader reader) =>
        reader.Byte() == 0 ? null : WrappedPayload.Read(ref reader, system.Serialization);
}
