namespace Akka.Dispatch;

internal sealed class CurrentContextExecutorService : ExecutorService
{
    private readonly SynchronizationContext _context;

    public CurrentContextExecutorService(string id)
        : base(id)
    {
        _context = SynchronizationContext.Current
            ?? throw new InvalidOperationException("The synchronized dispatcher needs a current SynchronizationContext");
    }

    public override void Execute(IRunnable run) => _context.Post(static r => ((IRunnable)r).Run(), run);

    public override void Shutdown()
    {
    }
}
