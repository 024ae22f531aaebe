namespace Akka.Cluster;

/// <summary>The cluster's tasks in the coordinated shutdown: leave, tell that the rest need not wait, and end.</summary>
public partial class Cluster
{
    private readonly TaskCompletionSource _exiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _exitConfirmed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>This node is exiting: nothing keeps it in the cluster but its own tasks.</summary>
    internal void OnExiting() => _exiting.TrySetResult();

    internal void OnExitConfirmed() => _exitConfirmed.TrySetResult();

    internal void OnTerminated()
    {
        Volatile.Write(ref _hasEnded, true);
        _terminated.TrySetResult();
        OnExiting();
        OnExitConfirmed();
    }

    private void AddShutdownTasks(CoordinatedShutdown shutdown)
    {
        shutdown.AddTask(CoordinatedShutdown.PhaseClusterLeave, "leave", async () =>
        {
            if (!IsTerminated && SelfMember.Status is not (MemberStatus.Removed or MemberStatus.Exiting or MemberStatus.Down))
            {
                _daemon.Tell(new Leave(SelfAddress));
                await _exiting.Task.ConfigureAwait(false);
            }

            return Done.Instance;
        });
        shutdown.AddTask(CoordinatedShutdown.PhaseClusterExitingDone, "exiting-completed", async () =>
        {
            if (!IsTerminated && SelfMember.Status == MemberStatus.Exiting)
            {
                _daemon.Tell(ExitingCompleted.Instance);
                await _exitConfirmed.Task.ConfigureAwait(false);
            }

            return Done.Instance;
        });
        shutdown.AddTask(CoordinatedShutdown.PhaseClusterShutdown, "wait-shutdown", async () =>
        {
            Shutdown();
            await _terminated.Task.ConfigureAwait(false);
            return Done.Instance;
        });
    }
}
