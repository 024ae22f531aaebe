namespace Akka.Dispatch;

internal sealed class ThreadPoolExecutorService : ExecutorService
{
    public ThreadPoolExecutorService(string id)
        : base(id)
    {
    }

    // A receiver that wakes up is likely to find its message in the cache of the core that sent it.
    public override void Execute(IRunnable run) => Queue(run, preferLocal: true);

    public override void Shutdown()
    {
    }

    // A mailbox that used up its turn goes to the back of the shared queue, so that it cannot starve others.
    internal override void ExecuteAgain(IRunnable run) => Queue(run, preferLocal: false);

    private static void Queue(IRunnable run, bool preferLocal)
    {
        if (run is Mailbox mailbox)
        {
            ThreadPool.UnsafeQueueUserWorkItem(mailbox.WorkItem, preferLocal);
            return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static r => r.Run(), run, preferLocal);
    }
}
