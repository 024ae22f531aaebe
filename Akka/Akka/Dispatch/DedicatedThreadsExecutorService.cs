using System.Collections.Concurrent;

namespace Akka.Dispatch;

/// <summary>
/// A fixed number of threads of its own. After <see cref="Shutdown"/> an idle thread ends once the linger time has
/// passed; work that arrives later starts the threads again.
/// </summary>
internal sealed class DedicatedThreadsExecutorService : ExecutorService
{
    private readonly object _lock = new();
    private readonly ConcurrentQueue<IRunnable> _queue = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly int _threads;
    private readonly TimeSpan _linger;
    private int _running;
    private volatile bool _shutdown;

    public DedicatedThreadsExecutorService(string id, int threads, TimeSpan linger)
        : base(id)
    {
        _threads = threads;
        _linger = linger;
    }

    public override void Execute(IRunnable run)
    {
        _queue.Enqueue(run);
        _work.Release();
        if (_shutdown || Volatile.Read(ref _running) < _threads)
        {
            StartThread();
        }
    }

    public override void Shutdown()
    {
        lock (_lock)
        {
            _shutdown = true;
            _work.Release(_threads);
        }
    }

    private void StartThread()
    {
        lock (_lock)
        {
            _shutdown = false;
            if (_running < _threads)
            {
                _running++;
                // Without the context of whoever happened to send the first message.
                new Thread(Work) { IsBackground = true, Name = $"{Id}-{_running}" }.UnsafeStart();
            }
        }
    }

    private void Work()
    {
        while (true)
        {
            var signalled = _work.Wait(_shutdown ? _linger : Timeout.InfiniteTimeSpan);
            if (_queue.TryDequeue(out var run))
            {
                run.Run();
            }
            else if (_shutdown && !signalled && TryRetire())
            {
                return;
            }
        }
    }

    private bool TryRetire()
    {
        lock (_lock)
        {
            if (!_shutdown || !_queue.IsEmpty)
            {
                return false;
            }

            _running--;
            return true;
        }
    }
}
