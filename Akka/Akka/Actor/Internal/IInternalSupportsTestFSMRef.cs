using Akka.Annotations;

namespace Akka.Actor.Internal;

[InternalApi]
public interface IInternalSupportsTestFSMRef<TState, TData>
{
    bool IsStateTimerActive { get; }

    void ApplyState(FSMBase.State<TState, TData> upcomingState);
}
