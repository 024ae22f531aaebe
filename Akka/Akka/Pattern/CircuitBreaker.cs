using System.Diagnostics;
using Akka.Actor;

namespace Akka.Pattern;

/// <summary>
/// Guards calls to something that may fail for a while. Closed, it lets calls through; after so many failures in a
/// row it opens and refuses them; after the reset timeout it is half open and lets one call decide.
/// </summary>
public class CircuitBreaker
{
    private readonly object _lock = new();

    // Guarded by _lock for writing.
    private volatile State _state;
    private int _failures;
    private long _openedAt;
    private Exception _lastCause;
    private Action _onOpen;
    private Action _onClose;
    private Action _onHalfOpen;

    public CircuitBreaker(IScheduler scheduler, int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout)
    {
        Scheduler = scheduler;
        MaxFailures = maxFailures;
        CallTimeout = callTimeout;
        ResetTimeout = resetTimeout;
    }

    private enum State
    {
        Closed,
        Open,
        HalfOpen,

        /// <summary>Half open, and the deciding call is on its way.</summary>
        Deciding,
    }

    public IScheduler Scheduler { get; }

    public int MaxFailures { get; }

    public TimeSpan CallTimeout { get; }

    public TimeSpan ResetTimeout { get; }

    public bool IsClosed => _state == State.Closed;

    public bool IsOpen => _state == State.Open;

    public bool IsHalfOpen => _state is State.HalfOpen or State.Deciding;

    public long CurrentFailureCount => Volatile.Read(ref _failures);

    public Exception LastCaughtException => Volatile.Read(ref _lastCause);

    public static CircuitBreaker Create(
        IScheduler scheduler, int maxFailures, TimeSpan callTimeout, TimeSpan resetTimeout) =>
        new(scheduler, maxFailures, callTimeout, resetTimeout);

    public CircuitBreaker OnOpen(Action callback)
    {
        _onOpen += callback;
        return this;
    }

    public CircuitBreaker OnClose(Action callback)
    {
        _onClose += callback;
        return this;
    }

    public CircuitBreaker OnHalfOpen(Action callback)
    {
        _onHalfOpen += callback;
        return this;
    }

    public Task<T> WithCircuitBreaker<T>(Func<Task<T>> body) =>
        WithCircuitBreaker(body, static call => call());

    public Task WithCircuitBreaker(Func<Task> body) => WithCircuitBreaker(body, static call => call());

    public async Task<T> WithCircuitBreaker<T, TState>(TState state, Func<TState, Task<T>> body)
    {
        Enter();
        try
        {
            var result = await body(state).WaitAsync(CallTimeout).ConfigureAwait(false);
            Succeed();
            return result;
        }
        catch (Exception e)
        {
            Failed(e);
            throw;
        }
    }

    public async Task WithCircuitBreaker<TState>(TState state, Func<TState, Task> body)
    {
        Enter();
        try
        {
            await body(state).WaitAsync(CallTimeout).ConfigureAwait(false);
            Succeed();
        }
        catch (Exception e)
        {
            Failed(e);
            throw;
        }
    }

    public void WithSyncCircuitBreaker(Action body) => WithSyncCircuitBreaker(() =>
    {
        body();
        return true;
    });

    public T WithSyncCircuitBreaker<T>(Func<T> body)
    {
        Enter();
        var started = Stopwatch.GetTimestamp();
        try
        {
            var result = body();
            var took = Stopwatch.GetElapsedTime(started);
            if (took > CallTimeout)
            {
                throw new TimeoutException($"The call took {took}, more than {CallTimeout}");
            }

            Succeed();
            return result;
        }
        catch (Exception e)
        {
            Failed(e);
            throw;
        }
    }

    /// <summary>Reports the success of a call made without the breaker.</summary>
    public void Succeed()
    {
        // The usual case costs no lock.
        if (_state == State.Closed && Volatile.Read(ref _failures) == 0)
        {
            return;
        }

        var closed = false;
        lock (_lock)
        {
            if (_state != State.Open)
            {
                closed = _state != State.Closed;
                _failures = 0;
                _state = State.Closed;
            }
        }

        if (closed)
        {
            _onClose?.Invoke();
        }
    }

    /// <summary>Reports the failure of a call made without the breaker.</summary>
    public void Fail() => Failed(null);

    private void Failed(Exception cause)
    {
        lock (_lock)
        {
            _lastCause = cause;
            _failures++;
            if (_state == State.Open || (_state == State.Closed && _failures < MaxFailures))
            {
                return;
            }

            _state = State.Open;
            _openedAt = Stopwatch.GetTimestamp();
        }

        Scheduler.Advanced.ScheduleOnce(ResetTimeout, AttemptReset);
        _onOpen?.Invoke();
    }

    private void AttemptReset()
    {
        lock (_lock)
        {
            if (_state != State.Open)
            {
                return;
            }

            _state = State.HalfOpen;
        }

        _onHalfOpen?.Invoke();
    }

    private void Enter()
    {
        if (_state == State.Closed)
        {
            return;
        }

        lock (_lock)
        {
            switch (_state)
            {
                case State.HalfOpen:
                    _state = State.Deciding;
                    return;
                case State.Open:
                    throw new OpenCircuitException(
                        "Circuit Breaker is open; calls are failing fast", _lastCause, Remaining());
                case State.Deciding:
                    throw new OpenCircuitException(
                        "Circuit Breaker is half open and waits for one call; other calls are failing fast",
                        _lastCause,
                        TimeSpan.Zero);
            }
        }
    }

    private TimeSpan Remaining()
    {
        var left = ResetTimeout - Stopwatch.GetElapsedTime(_openedAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
