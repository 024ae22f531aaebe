using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Akka.Actor;

/// <summary>
/// Shuts a system down in phases. A phase begins when those that it depends on are done; its tasks run side by side;
/// it ends when they have ended or its time is over. However often it is asked for, it runs once.
/// </summary>
public sealed class CoordinatedShutdown : IExtension
{
    public const string PhaseActorSystemTerminate = "actor-system-terminate";
    public const string PhaseBeforeActorSystemTerminate = "before-actor-system-terminate";
    public const string PhaseBeforeClusterShutdown = "before-cluster-shutdown";
    public const string PhaseBeforeServiceUnbind = "before-service-unbind";
    public const string PhaseClusterExiting = "cluster-exiting";
    public const string PhaseClusterExitingDone = "cluster-exiting-done";
    public const string PhaseClusterLeave = "cluster-leave";
    public const string PhaseClusterShardingShutdownRegion = "cluster-sharding-shutdown-region";
    public const string PhaseClusterShutdown = "cluster-shutdown";
    public const string PhaseServiceRequestsDone = "service-requests-done";
    public const string PhaseServiceStop = "service-stop";
    public const string PhaseServiceUnbind = "service-unbind";

    private readonly IReadOnlyDictionary<string, ShutdownPhase> _phases;
    private readonly IReadOnlyList<string> _ordered;
    private readonly ConcurrentDictionary<string, ImmutableList<(string Name, Func<Task<Done>> Run)>> _tasks = new();
    private readonly TaskCompletionSource<Done> _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILoggingAdapter _log;
    private Reason _reason;

    internal CoordinatedShutdown(ExtendedActorSystem system, IReadOnlyDictionary<string, ShutdownPhase> phases)
    {
        System = system;
        _phases = phases;
        _ordered = ShutdownPhase.Sort(phases);
        _log = Logging.GetLogger(system, GetType());
    }

    public Reason ShutdownReason => Volatile.Read(ref _reason);

    public ExtendedActorSystem System { get; }

    public TimeSpan TotalTimeout =>
        TimeSpan.FromTicks(_tasks.Keys.Aggregate(0L, (sum, phase) => sum + Timeout(phase).Ticks));

    public static CoordinatedShutdown Get(ActorSystem sys) => sys.WithExtension<CoordinatedShutdown, CoordinatedShutdownExtension>();

    public void AddTask(string phase, string taskName, Func<Task<Done>> task)
    {
        if (!_phases.ContainsKey(phase))
        {
            throw new ConfigurationException(
                $"Unknown phase [{phase}], known phases [{string.Join(",", _phases.Keys)}]. All phases (along with their optional "
                + "dependencies) must be defined in configuration.");
        }

        ArgumentException.ThrowIfNullOrEmpty(taskName);
        _tasks.AddOrUpdate(phase, _ => [(taskName, task)], (_, tasks) => tasks.Add((taskName, task)));
    }

    public TimeSpan Timeout(string phase) =>
        _phases.TryGetValue(phase, out var known)
            ? known.Timeout
            : throw new ArgumentException($"Unknown phase [{phase}]. All phases must be defined in configuration.", nameof(phase));

    public Task<Done> Run(Reason reason, string fromPhase = null)
    {
        if (fromPhase is not null && !_phases.ContainsKey(fromPhase))
        {
            throw new ArgumentException($"Unknown phase [{fromPhase}]", nameof(fromPhase));
        }

        if (Interlocked.CompareExchange(ref _reason, reason, null) is null)
        {
            _ = RunPhases(fromPhase);
        }

        return _completed.Task;
    }

    private async Task RunPhases(string fromPhase)
    {
        await Task.Yield();
        var remaining = fromPhase is null ? _ordered : _ordered.SkipWhile(p => p != fromPhase).ToList();
        try
        {
            foreach (var phase in remaining)
            {
                await RunPhase(phase).ConfigureAwait(false);
            }

            _completed.TrySetResult(Done.Instance);
        }
        catch (Exception failure)
        {
            _completed.TrySetException(failure);
        }
    }

    private async Task RunPhase(string name)
    {
        var phase = _phases[name];
        if (!_tasks.TryGetValue(name, out var tasks))
        {
            return;
        }

        if (!phase.Enabled)
        {
            _log.Info(
                "Phase [{0}] disabled through configuration, skipping [{1}] tasks.", name, tasks.Count);
            return;
        }

        _log.Debug("Performing phase [{0}] with [{1}] tasks: [{2}]", name, tasks.Count, string.Join(",", tasks.Select(t => t.Name)));
        var all = Task.WhenAll(tasks.Select(t => RunTask(phase, name, t.Name, t.Run)));
        try
        {
            await all.WaitAsync(phase.Timeout).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!all.IsCompleted)
        {
            if (!phase.Recover)
            {
                throw new TimeoutException($"Coordinated shutdown phase [{name}] timed out after {phase.Timeout}");
            }

            _log.Warning("Coordinated shutdown phase [{0}] timed out after {1}", name, phase.Timeout);
        }
    }

    private async Task RunTask(ShutdownPhase phase, string phaseName, string taskName, Func<Task<Done>> run)
    {
        try
        {
            await run().ConfigureAwait(false);
        }
        catch (Exception failure) when (phase.Recover)
        {
            _log.Warning("Task [{0}] failed in phase [{1}]: {2}", taskName, phaseName, failure.Message);
        }
    }

    public class Reason
    {
        protected Reason()
        {
        }
    }

    public class UnknownReason : Reason
    {
        public static readonly Reason Instance = new UnknownReason();

        private UnknownReason()
        {
        }
    }

    public class ActorSystemTerminateReason : Reason
    {
        public static readonly Reason Instance = new ActorSystemTerminateReason();

        private ActorSystemTerminateReason()
        {
        }
    }

    public class ClrExitReason : Reason
    {
        public static readonly Reason Instance = new ClrExitReason();

        private ClrExitReason()
        {
        }
    }

    public class ClusterDowningReason : Reason
    {
        public static readonly Reason Instance = new ClusterDowningReason();

        private ClusterDowningReason()
        {
        }
    }

    public class ClusterLeavingReason : Reason
    {
        public static readonly Reason Instance = new ClusterLeavingReason();

        private ClusterLeavingReason()
        {
        }
    }

    public class ClusterJoinUnsuccessfulReason : Reason
    {
        public static readonly Reason Instance = new ClusterJoinUnsuccessfulReason();

        private ClusterJoinUnsuccessfulReason()
        {
        }
    }
}
