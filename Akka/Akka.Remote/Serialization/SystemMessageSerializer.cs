using System.Runtime.Serialization;
using Akka.Serialization;

namespace Akka.Remote.Serialization;

/// <summary>The system messages of death watch, and the stop of a remote actor; no other leaves a system.</summary>
public sealed class SystemMessageSerializer : Serializer
{
    private const byte WatchKind = 1;
    private const byte UnwatchKind = 2;
    private const byte DeathWatchKind = 3;
    private const byte TerminateKind = 4;

    public SystemMessageSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj) => obj switch
    {
        Watch watch => Pair(WatchKind, watch.Watchee, watch.Watcher),
        Unwatch unwatch => Pair(UnwatchKind, unwatch.Watchee, unwatch.Watcher),
        DeathWatchNotification death => new WireWriter()
            .Byte(DeathWatchKind)
            .Text(PathOf(death.Actor))
            .Byte(death.ExistenceConfirmed ? (byte)1 : (byte)0)
            .Byte(death.AddressTerminated ? (byte)1 : (byte)0)
            .ToArray(),
        Terminate => [TerminateKind],
        _ => throw new ArgumentException($"Cannot serialize object of type [{obj.GetType()}]", nameof(obj)),
    };

    public override object FromBinary(byte[] bytes, Type type)
    {
        var reader = new WireReader(bytes);
        switch (reader.Byte())
        {
            case WatchKind:
                var watchee = RefAt(reader.Text());
                return new Watch(watchee, RefAt(reader.Text()));
            case UnwatchKind:
                var unwatched = RefAt(reader.Text());
                return new Unwatch(unwatched, RefAt(reader.Text()));
            case DeathWatchKind:
                var actor = RefAt(reader.Text());
                return new DeathWatchNotification(actor, reader.Byte() == 1, reader.Byte() == 1);
            case TerminateKind:
                return new Terminate();
            case var other:
                throw new SerializationException($"Unknown system message {other}");
        }
    }

    private static byte[] Pair(byte kind, IActorRef watchee, IActorRef watcher) =>
        new WireWriter().Byte(kind).Text(PathOf(watchee)).Text(PathOf(watcher)).ToArray();

    private static string PathOf(IActorRef actorRef) =>
        Akka.Serialization.Serialization.SerializedActorPath(actorRef);

    private IInternalActorRef RefAt(string path) => (IInternalActorRef)system.Provider.ResolveActorRef(path);
}
