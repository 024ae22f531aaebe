namespace Akka.Dispatch;

/// <summary>Gives the one actor that uses it a thread of its own.</summary>
public sealed class PinnedDispatcher : Dispatcher
{
    private ActorCell _owner;

    public PinnedDispatcher(
        MessageDispatcherConfigurator configurator,
        string id,
        int throughput,
        long? throughputDeadlineTime,
        ExecutorServiceFactory executorServiceFactory,
        TimeSpan shutdownTimeout)
        : base(configurator, id, throughput, throughputDeadlineTime, executorServiceFactory, shutdownTimeout)
    {
    }

    public override void Attach(ActorCell cell)
    {
        var owner = Interlocked.CompareExchange(ref _owner, cell, null);
        if (owner is not null && !ReferenceEquals(owner, cell))
        {
            throw new InvalidOperationException($"Cannot register {cell.Self} to a pinned dispatcher that {owner.Self} owns");
        }

        base.Attach(cell);
    }

    public override void Detach(ActorCell cell)
    {
        base.Detach(cell);
        Interlocked.CompareExchange(ref _owner, null, cell);
    }
}
