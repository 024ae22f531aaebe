using ActorEtcd.Watch;
using Akka.Actor;

namespace ActorEtcd.Specs.Sim;

/// <summary>One watcher: watches through any member for a while, and goes on where it was through another.</summary>
internal sealed class SimWatcher(SimWorld world, int number)
{
    private readonly string _from = SimLoad.KeyOf(number % 3);
    private readonly string _to = number == 0 ? "z" : SimLoad.KeyOf((number % 3) + 2);
    private TaskCompletionSource _ended = new();

    /// <summary>The first revision that it was not told of yet; 0 before its first watch.</summary>
    public long Next { get; private set; }

    public long Events { get; private set; }

    /// <summary>The next change that it must be told of; null when it has heard everything.</summary>
    public SimChange? Missing => Enumerable.Range((int)Next, (int)Math.Max(0, world.History.Revision + 1 - Next))
        .SelectMany(revision => Expected(revision)).FirstOrDefault();

    private string Name => $"watcher {number} of {_from} to {_to}";

    public async Task RunAsync()
    {
        while (true)
        {
            await world.Load.Delay(TimeSpan.FromMilliseconds(world.Random.Next(1, 300)));
            if (world.Load.AnyMember() is { } member)
            {
                await WatchAsync(member);
            }
        }
    }

    /// <summary>The changes of a revision that are this watcher's.</summary>
    public IEnumerable<SimChange> Expected(long revision) => world.History.At(revision).Where(change =>
        string.CompareOrdinal(change.Key, _from) >= 0 && string.CompareOrdinal(change.Key, _to) < 0);

    public void Ended() => _ended.TrySetResult();

    public void Created(long revision) => Next = Next == 0 ? revision + 1 : Next;

    public void Compacted(long compactRevision)
    {
        world.Check(Next <= compactRevision, $"{Name} at {Next} was told that {compactRevision} is compacted");
        Next = compactRevision + 1;
    }

    /// <summary>Ordered, unique, whole revisions, without a gap.</summary>
    public void Told(IReadOnlyList<WatchEvent> events, long headerRevision)
    {
        for (int start = 0; start < events.Count;)
        {
            long revision = events[start].Revision;
            int end = start;
            while (end < events.Count && events[end].Revision == revision)
            {
                end++;
            }

            world.Check(revision >= Next, $"{Name} was told revision {revision} although it had heard all before {Next}");
            world.Check(revision <= headerRevision, $"{Name} was told revision {revision} under {headerRevision}");
            CheckNoGap(revision - 1, "an event");
            SimChange[] expected = [.. Expected(revision)];
            var told = events.Skip(start).Take(end - start).Select(static e => Crc32C.Compute(e.Kv.Span));
            world.Check(
                expected.Select(static change => change.Crc).SequenceEqual(told),
                $"{Name} was told {end - start} events of revision {revision}, which has {expected.Length} for it");
            Next = revision + 1;
            Events += end - start;
            start = end;
        }
    }

    /// <summary>It is told that it has heard everything up to the revision.</summary>
    public void Progressed(long revision)
    {
        CheckNoGap(revision, "progress");
        Next = Math.Max(Next, revision + 1);
    }

    private void CheckNoGap(long last, string what)
    {
        for (long revision = Next; revision <= last; revision++)
        {
            world.Check(!Expected(revision).Any(), $"{Name} at {Next} was told {what} beyond revision {revision}, which it was not told of");
        }
    }

    private async Task WatchAsync(SimMember member)
    {
        _ended = new TaskCompletionSource();
        TaskCompletionSource ended = _ended;
        member.WhenDown(() => ended.TrySetResult());
        var sink = new SimSink(world, this, member, member.Life);
        SimOutcome<IActorRef> opened = await world.Load.Call(member, node => node.OpenWatchStreamAsync(sink));
        if (!opened.IsSuccess)
        {
            return;
        }

        sink.Stream = opened.Result!;
        var range = new WatchRange(Bytes.FromUtf8(_from), Bytes.FromUtf8(_to));
        opened.Result!.Tell(
            new CreateWatch(range) { StartRevision = Next, ProgressNotify = true, Fragment = number % 2 == 1, PrevKv = number % 2 == 0 },
            ActorRefs.NoSender);
        world.After(TimeSpan.FromMilliseconds(world.Random.Next(300, 8000)), () => ended.TrySetResult());
        await ended.Task;
        sink.IsClosed = true;
        opened.Result.Tell(PoisonPill.Instance, ActorRefs.NoSender);
    }
}
