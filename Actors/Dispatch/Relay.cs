using System.Diagnostics.CodeAnalysis;
using Akka.Dispatch;

namespace ActorEtcd.Dispatch;

/// <summary>
/// Hands work from actor to actor without a change of thread. A request crosses half a dozen actors, and on an idle
/// machine each wake-up of another thread costs more than the actor's whole turn. So the first mailbox that a turn
/// wakes runs on the same thread, directly after that turn, and whatever else it wakes goes to the thread pool as usual.
/// Invariant: nothing waits here for longer than one turn, and a thread returns to its owner after
/// <see cref="LegsMax"/> turns; so nothing starves, and independent work still spreads over the cores.
/// </summary>
public static class Relay
{
    /// <summary>Turns that one thread runs in a row.</summary>
    public const int LegsMax = 32;

    [ThreadStatic]
    private static Lane? ThreadLane;

    /// <summary>
    /// From now on this thread, which belongs to no pool, keeps the first piece of work that it causes, until
    /// <see cref="Run"/> or <see cref="PassOn"/>.
    /// </summary>
    public static void Open() => (ThreadLane ??= new Lane()).IsOpen = true;

    /// <summary>Runs on this thread what came up since <see cref="Open"/>, and what that brings up.</summary>
    public static void Run()
    {
        if (ThreadLane is { } lane)
        {
            Run(lane, lane.TakeNext());
        }
    }

    /// <summary>Gives what came up since <see cref="Open"/> to the thread pool.</summary>
    public static void PassOn()
    {
        if (ThreadLane is { } lane)
        {
            Close(lane, lane.TakeNext());
        }
    }

    /// <summary>
    /// From now on the owner is given what completes on this thread, in place of the pool; null ends it. For a host that
    /// does everything on one thread in an order of its own.
    /// </summary>
    internal static void CompleteBy(Action<IThreadPoolWorkItem>? owner) => (ThreadLane ??= new Lane()).Owner = owner;

    /// <summary>Runs the work on this thread soon if it is in a turn that woke nothing yet, otherwise on the pool.</summary>
    internal static void Execute(IRunnable run)
    {
        // A mailbox that used up its turn wakes itself: it goes to the back of everybody's queue.
        if (ThreadLane is { IsOpen: true, Next: null } lane && !ReferenceEquals(lane.Running, run))
        {
            lane.Next = run;
        }
        else
        {
            Queue(run);
        }
    }

    /// <summary>
    /// Completes a request: as the last act of this thread's run if nothing else came up, otherwise on the pool. What
    /// waits for the request is foreign code, so it never runs within a turn.
    /// </summary>
    internal static void Complete(IThreadPoolWorkItem completion)
    {
        if (ThreadLane is { Owner: { } owner })
        {
            owner(completion);
        }
        else if (ThreadLane is { IsOpen: true, Completion: null } lane)
        {
            lane.Completion = completion;
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(completion, preferLocal: true);
        }
    }

    private static void Queue(IRunnable run) => ThreadPool.UnsafeQueueUserWorkItem(new Leg(run), preferLocal: false);

    private static void Run(Lane lane, IRunnable? run)
    {
        lane.IsOpen = true;
        try
        {
            for (var legs = 0; run is not null && legs < LegsMax; legs++)
            {
                lane.Running = run;
                run.Run();
                run = lane.TakeNext();
                if (run is not null && lane.TakeCompletion(out var completion))
                {
                    ThreadPool.UnsafeQueueUserWorkItem(completion, preferLocal: true);
                }
            }
        }
        finally
        {
            lane.Running = null;
            Close(lane, run ?? lane.TakeNext());
        }
    }

    private static void Close(Lane lane, IRunnable? left)
    {
        lane.IsOpen = false;
        if (left is not null)
        {
            Queue(left);
        }

        if (lane.TakeCompletion(out var completion))
        {
            completion.Execute();
        }
    }

    /// <summary>What one thread keeps for itself.</summary>
    private sealed class Lane
    {
        public bool IsOpen { get; set; }

        public Action<IThreadPoolWorkItem>? Owner { get; set; }

        public IRunnable? Running { get; set; }

        public IRunnable? Next { get; set; }

        public IThreadPoolWorkItem? Completion { get; set; }

        public IRunnable? TakeNext()
        {
            var next = Next;
            Next = null;
            return next;
        }

        public bool TakeCompletion([NotNullWhen(true)] out IThreadPoolWorkItem? completion)
        {
            completion = Completion;
            Completion = null;
            return completion is not null;
        }
    }

    private sealed class Leg(IRunnable run) : IThreadPoolWorkItem
    {
        public void Execute() => Run(ThreadLane ??= new Lane(), run);
    }
}
