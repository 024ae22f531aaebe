namespace Akka.Util.Internal;

public class AtomicCounter : IAtomicCounter<int>
{
    private int _value;

    public AtomicCounter(int initialValue)
    {
        _value = initialValue;
    }

    public AtomicCounter()
        : this(-1)
    {
    }

    public int Current => Volatile.Read(ref _value);

    public int AddAndGet(int amount) => Interlocked.Add(ref _value, amount);

    public bool CompareAndSet(int expected, int newValue) =>
        Interlocked.CompareExchange(ref _value, newValue, expected) == expected;

    public int Decrement() => Interlocked.Decrement(ref _value);

    public int DecrementAndGet() => Interlocked.Decrement(ref _value);

    public int GetAndAdd(int amount) => Interlocked.Add(ref _value, amount) - amount;

    public int GetAndDecrement() => Interlocked.Decrement(ref _value) + 1;

    public int GetAndIncrement() => Interlocked.Increment(ref _value) - 1;

    public int GetAndSet(int value) => Interlocked.Exchange(ref _value, value);

    public int IncrementAndGet() => Interlocked.Increment(ref _value);

    public int Next() => Interlocked.Increment(ref _value);

    public void Reset() => Interlocked.Exchange(ref _value, 0);
}
