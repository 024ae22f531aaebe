using System.Numerics;

namespace ActorEtcd.Specs.Chaos.Checker;

/// <summary>
/// A set of small numbers that mostly is "all up to about here": its copy leaves out the full words at the front and
/// the empty ones at the back, so that the copies of a long search stay short.
/// </summary>
internal sealed class CallBits(int count)
{
    private readonly ulong[] _words = new ulong[(count / 64) + 1];

    /// <summary>Every word before it is full. Invariant: it may lag behind, never run ahead.</summary>
    private int _firstOpen;

    /// <summary>Every word from it on is empty.</summary>
    private int _end;

    /// <summary>Of the members, in any order of their coming.</summary>
    public ulong Hash { get; private set; }

    public bool this[int number] => (_words[number >> 6] & (1UL << number)) != 0;

    public void Add(int number)
    {
        int word = number >> 6;
        _words[word] |= 1UL << number;
        _end = Math.Max(_end, word + 1);
        Hash ^= Mix(number);
    }

    public void Remove(int number)
    {
        int word = number >> 6;
        _words[word] &= ~(1UL << number);
        _firstOpen = Math.Min(_firstOpen, word);
        Hash ^= Mix(number);
    }

    /// <summary>The words that are neither full at the front nor empty at the back, and how many full ones precede.</summary>
    public (int First, ulong[] Words) Copy()
    {
        while (_firstOpen < _words.Length && _words[_firstOpen] == ulong.MaxValue)
        {
            _firstOpen++;
        }

        while (_end > 0 && _words[_end - 1] == 0)
        {
            _end--;
        }

        return (_firstOpen, _end > _firstOpen ? _words[_firstOpen.._end] : []);
    }

    private static ulong Mix(int number)
    {
        ulong mixed = ((ulong)number + 1) * 0x9E3779B97F4A7C15;
        return BitOperations.RotateLeft(mixed ^ (mixed >> 29), 17) * 0xBF58476D1CE4E5B9;
    }
}
