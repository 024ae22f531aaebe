using ActorEtcd.Watch;
using Akka.Actor;

namespace ActorEtcd.Specs.Sim;

/// <summary>Where a watch stream's responses go: some time full, now and then asking for progress.</summary>
internal sealed class SimSink(SimWorld world, SimWatcher watcher, SimMember member, int life) : IWatchSink
{
    private readonly List<WatchEvent> _fragments = [];
    private bool _isFull;

    public IActorRef Stream { get; set; } = ActorRefs.Nobody;

    public bool IsClosed { get; set; }

    public bool Write(WatchUpdate update)
    {
        if (IsClosed)
        {
            return true;
        }

        world.Trace($"{member.Number + 1} tells watcher at {watcher.Next}: {update.Events.Length} events under {update.HeaderRevision} {update}");
        Take(update);
        if (_isFull)
        {
            return false;
        }

        if (world.Random.Next(12) == 0)
        {
            _isFull = true;
            member.After(life, TimeSpan.FromMilliseconds(world.Random.Next(1, 400)), Drain);
        }
        else if (world.Random.Next(6) == 0)
        {
            Stream.Tell(RequestProgress.Instance, ActorRefs.NoSender);
        }

        return !_isFull;
    }

    public void Complete() => watcher.Ended();

    private void Take(WatchUpdate update)
    {
        if (update.Created)
        {
            watcher.Created(update.HeaderRevision);
        }
        else if (update.CompactRevision > 0)
        {
            watcher.Compacted(update.CompactRevision);
            watcher.Ended();
        }
        else if (update.Events.IsEmpty)
        {
            watcher.Progressed(update.HeaderRevision);
        }
        else
        {
            _fragments.AddRange(update.Events);
            if (!update.Fragment)
            {
                watcher.Told(_fragments, update.HeaderRevision);
                _fragments.Clear();
            }
        }
    }

    private void Drain()
    {
        _isFull = false;
        Stream.Tell(SinkDrained.Instance, ActorRefs.NoSender);
    }
}
