using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>Creation, failure, restart and stop.</summary>
public partial class ActorCell
{
    private bool _failed;
    private IActorRef _perpetrator;

    private SupervisorStrategy SupervisorStrategy =>
        Props.SupervisorStrategy ?? _actor?.CallSupervisorStrategy() ?? Akka.Actor.SupervisorStrategy.DefaultStrategy;

    internal void HandleInvokeFailure(Exception cause, IReadOnlyCollection<IActorRef> childrenNotToSuspend = null)
    {
        try
        {
            if (!_failed)
            {
                SuspendNonRecursive();
                var exceptFor = new HashSet<IActorRef>(childrenNotToSuspend ?? []);
                _perpetrator = _self;
                if (_currentMessage is Failed failed)
                {
                    _perpetrator = failed.Child;
                    exceptFor.Add(failed.Child);
                }

                _failed = true;
                SuspendChildren(exceptFor);
            }

            Parent.SendSystemMessage(new Failed(_self, cause, _self.Path.Uid));
        }
        catch (Exception fatal)
        {
            Publish(new Error(fatal, Source, SourceType, $"emergency stop: exception in failure handling for {cause.GetType()}"));
            try
            {
                foreach (var child in _children.Children())
                {
                    Stop(child);
                }
            }
            finally
            {
                FinishTerminate();
            }
        }
    }

    protected void ClearActor(ActorBase actor)
    {
        if (actor is null)
        {
            return;
        }

        // What was put aside is not lost with the instance: the next one gets it, or dead letters do.
        (actor as IActorStash)?.Stash?.UnstashAll();
        Props.Release(actor);
        (actor as IWithTimers)?.Timers?.CancelAll();
        _currentMessage = null;
        _lowerBehaviors?.Clear();
    }

    protected void SetTerminated() => _children.SetTerminated();

    protected virtual ActorBase CreateNewActorInstance() => Props.NewActor();

    private string Source => _self.Path.ToString();

    private Type SourceType => _actor?.GetType() ?? Props.Type;

    private void Publish(LogEvent logEvent) => _system.EventStream.Publish(logEvent);

    private void PublishLifecycle(string message)
    {
        if (_system.Settings.DebugLifecycle)
        {
            Publish(new Debug(Source, SourceType, message));
        }
    }

    private void SuspendNonRecursive() => Dispatcher.Suspend(this);

    private void ResumeNonRecursive() => Dispatcher.Resume(this);

    private void ClearFailed()
    {
        _failed = false;
        _perpetrator = null;
    }

    private ActorBase NewActor()
    {
        _lowerBehaviors?.Clear();
        var instance = CreateNewActorInstance()
            ?? throw new ActorInitializationException(_self, "Actor instance passed to ActorOf can't be 'null'");
        if (instance is IActorStash { Stash: null } withStash)
        {
            withStash.Stash = this.CreateStash(withStash);
        }

        if (instance is IWithTimers withTimers)
        {
            withTimers.Timers = new TimerScheduler(this);
        }

        (instance as IInitializableActor)?.Init();
        return instance;
    }

    private void CreateActor(ActorInitializationException failure)
    {
        if (failure is not null)
        {
            throw failure;
        }

        try
        {
            _actor = NewActor();
            _actor.AroundPreStart();
            if (_receiveTimeout.HasValue)
            {
                CheckReceiveTimeout();
            }

            PublishLifecycle("Started (" + _actor + ")");
        }
        catch (Exception cause)
        {
            ClearActor(_actor);
            _actor = null;
            throw new ActorInitializationException(_self, "Exception during creation", cause);
        }
    }

    private void HandleFailed(Failed failed)
    {
        _currentMessage = failed;
        _sender = failed.Child;
        if (!_children.TryGetByRef(failed.Child, out var stats))
        {
            Publish(new Debug(Source, SourceType, "Dropping Failed from unknown child " + failed.Child));
            return;
        }

        if (stats.Uid != failed.Uid)
        {
            Publish(new Debug(Source, SourceType, $"Dropping Failed from old child {failed.Child} (uid={failed.Uid} != {stats.Uid})"));
            return;
        }

        if (!SupervisorStrategy.HandleFailure(this, failed.Child, failed.Cause, stats, _children.Stats()))
        {
            global::System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failed.Cause);
        }

        _currentMessage = null;
    }

    private void FaultSuspend()
    {
        SuspendNonRecursive();
        SuspendChildren();
    }

    private void FaultResume(Exception causedByFailure)
    {
        if (_actor is null)
        {
            FaultCreate();
            return;
        }

        var perpetrator = _perpetrator;
        ResumeNonRecursive();
        if (causedByFailure is not null)
        {
            ClearFailed();
        }

        ResumeChildren(causedByFailure, perpetrator);
    }

    private void FaultCreate()
    {
        ReleaseReceiveTimeout();
        foreach (var child in _children.Children())
        {
            Stop(child);
        }

        if (!_children.SetTerminationReason(new SuspendReason.Creation()))
        {
            FinishCreate();
        }
    }

    private void FinishCreate()
    {
        ResumeNonRecursive();
        ClearFailed();
        CreateActor(null);
    }

    private void FaultRecreate(Exception cause)
    {
        if (_actor is null)
        {
            Publish(new Error(null, Source, SourceType, "Changing Recreate into Create after " + cause));
            FaultCreate();
            return;
        }

        if (!_children.IsNormal)
        {
            FaultResume(null);
            return;
        }

        var failedActor = _actor;
        PublishLifecycle("Restarting");
        try
        {
            failedActor.AroundPreRestart(cause, _currentMessage);
        }
        catch (Exception restartFailure)
        {
            var reported = new PreRestartException(_self, restartFailure, cause, _currentMessage);
            Publish(new Error(reported, Source, SourceType, restartFailure.Message));
        }
        finally
        {
            ClearActor(failedActor);
        }

        if (!_children.SetTerminationReason(new SuspendReason.Recreation(cause)))
        {
            FinishRecreate(cause);
        }
    }

    private void FinishRecreate(Exception cause)
    {
        // Children that PreRestart let live are restarted too, once the parent is there again.
        var survivors = _children.Children();
        var failedActor = _actor;
        try
        {
            ResumeNonRecursive();
            ClearFailed();
            ReleaseReceiveTimeout();
            var fresh = NewActor();
            _actor = fresh;
            if (ReferenceEquals(fresh, failedActor))
            {
                Become(fresh.CallReceive);
            }

            fresh.AroundPostRestart(cause, null);
            if (_receiveTimeout.HasValue)
            {
                CheckReceiveTimeout();
            }

            PublishLifecycle("Restarted (" + fresh + ")");
        }
        catch (Exception failure)
        {
            ClearActor(_actor);
            HandleInvokeFailure(new PostRestartException(_self, failure, cause), survivors);
            return;
        }

        foreach (var survivor in survivors)
        {
            try
            {
                survivor.Restart(cause);
            }
            catch (Exception failure)
            {
                Publish(new Error(failure, Source, SourceType, "restarting " + survivor));
            }
        }
    }

    private void Terminate()
    {
        SetReceiveTimeout(null);
        UnwatchWatchedActors(_actor);
        foreach (var child in _children.Children())
        {
            Stop(child);
        }

        var wasTerminating = IsTerminating;
        if (!_children.SetTerminationReason(SuspendReason.Termination.Instance))
        {
            SetTerminated();
            FinishTerminate();
            return;
        }

        if (!wasTerminating)
        {
            // Nothing but system messages from here on; a failure of a child no longer matters.
            SuspendNonRecursive();
            _failed = true;
            _perpetrator = _self;
            PublishLifecycle("Stopping");
        }
    }

    private void FinishTerminate()
    {
        var actor = _actor;
        try
        {
            actor?.AroundPostStop();
        }
        catch (Exception failure)
        {
            Publish(new Error(failure, Source, SourceType, failure.Message));
        }
        finally
        {
            ClearActor(actor);
            Dispatcher.Detach(this);
            Parent.SendSystemMessage(new DeathWatchNotification(_self, existenceConfirmed: true, addressTerminated: false));
            TellWatchersWeDied();
            UnwatchWatchedActors(actor);
            PublishLifecycle("Stopped");
            _actor = null;
        }
    }

    private void HandleChildTerminated(IActorRef child)
    {
        var finished = _children.Remove(child);
        try
        {
            SupervisorStrategy.HandleChildTerminated(this, child, _children.Children());
        }
        catch (Exception failure)
        {
            Publish(new Error(failure, Source, SourceType, "HandleChildTerminated failed"));
            HandleInvokeFailure(failure);
        }

        switch (finished)
        {
            case SuspendReason.Recreation recreation:
                FinishRecreate(recreation.Cause);
                break;
            case SuspendReason.Creation:
                FinishCreate();
                break;
            case SuspendReason.Termination:
                FinishTerminate();
                break;
        }
    }
}
