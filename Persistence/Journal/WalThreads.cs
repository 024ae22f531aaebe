namespace ActorEtcd.Persistence.Journal;

/// <summary>A thread for each writer, and the pool for everything else.</summary>
public sealed class WalThreads : IWalThreads
{
    public static readonly WalThreads Instance = new();

    private const string WriterName = "etcd-wal-writer";

    private WalThreads()
    {
    }

    /// <summary>There are more threads only while foreign code holds some up.</summary>
    public int IdleMax => 2;

    public void StartWriter(Func<bool> turn) => new Thread(() => RunAll(turn)) { IsBackground = true, Name = WriterName }.UnsafeStart();

    public Task Run(Action work) => Task.Run(work);

    private static void RunAll(Func<bool> turn)
    {
        while (turn())
        {
        }
    }
}
