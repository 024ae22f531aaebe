using ActorEtcd.Client;
using ActorEtcd.Log;
using ActorEtcd.Raft;
using ActorEtcd.Store;
using ActorEtcd.Wire;
using Akka.Actor;

namespace ActorEtcd.Apply;

/// <summary>Root to opener: read the state that the checkpoint names from disk.</summary>
/// <param name="IsStart">Nothing else is in use yet, so files that the checkpoint does not name can go.</param>
public sealed record OpenState(CheckpointManifest Manifest, bool IsStart);

/// <summary>The state is in memory. The receiver owns the applier from here on.</summary>
public sealed record StateOpened(Applier Applier, CheckpointManifest Manifest);

/// <summary>What the checkpoint names cannot be read.</summary>
/// <param name="Segment">The segment whose content is wrong, if that is what is damaged: other members may have it.</param>
public sealed record StateDamaged(string Reason, SegmentInfo? Segment = null);

/// <summary>Opens stores from checkpoints, which reads whole segments and so belongs on the disk dispatcher.</summary>
public sealed class StateOpenerActor(EtcdSettings settings) : UntypedActor
{
    public static Props Props(EtcdSettings settings)
        => Akka.Actor.Props.Create(() => new StateOpenerActor(settings)).WithDispatcher(CheckpointActor.Dispatcher);

    /// <summary>The checkpoint that a data directory without one begins with; the same on every initial member.</summary>
    public static CheckpointManifest Bootstrap(EtcdSettings settings) => new(
        Index: 0,
        Term: 0,
        settings.Raft.InitialConfiguration,
        StoreManifest.Empty,
        ReplicatedStateCodec.Encode(settings.Bootstrap));

    protected override void OnReceive(object message)
    {
        if (message is OpenState open)
        {
            Sender.Tell(Open(open));
        }
        else
        {
            Unhandled(message);
        }
    }

    private object Open(OpenState open)
    {
        var manifest = open.Manifest;
        try
        {
            var state = StateSegments.Read(manifest, settings.Segments);
            var applier = new Applier(
                leases => MvccStore.Recover(settings.Segments, leases, settings.Store, manifest.Store, manifest.Index, manifest.Term),
                state,
                manifest.Configuration,
                settings.RequestIds.MayBeOwn,
                settings.AuthTokens);
            if (open.IsStart)
            {
                settings.Segments.DeleteOrphans(manifest.Store);
            }

            return new StateOpened(applier, manifest);
        }
        catch (Exception damage) when (damage is SegmentDamagedException or MalformedMessageException)
        {
            return new StateDamaged(damage.Message, (damage as SegmentDamagedException)?.Info);
        }
    }
}
