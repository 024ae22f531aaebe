namespace ActorEtcd.Specs.Cluster;

/// <summary>Threads that take as much of the processor as they are given.</summary>
internal sealed class Burners : IDisposable
{
    private readonly Thread[] _threads;
    private volatile bool _isOver;

    public Burners(int count)
    {
        _threads = [.. Enumerable.Range(0, count).Select(_ => new Thread(Burn) { IsBackground = true })];
        foreach (Thread thread in _threads)
        {
            thread.Start();
        }
    }

    public void Dispose()
    {
        _isOver = true;
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
    }

    private void Burn()
    {
        while (!_isOver)
        {
            Thread.SpinWait(1000);
        }
    }
}
