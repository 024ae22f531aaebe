using System.Buffers.Text;

namespace ActorEtcd.Host.Cli.Bench;

/// <summary>Chooses keys: decimal numbers below the size of the key space, padded with zeros to the key size.</summary>
internal sealed class KeySource(BenchOptions options)
{
    private long _next = -1;
    private long _random = options.Seed;

    /// <summary>The number of the next key.</summary>
    public long Next()
    {
        return options.SequentialKeys
            ? Interlocked.Increment(ref _next) % options.KeySpaceSize
            : (long)(Scramble((ulong)Interlocked.Increment(ref _random)) % (ulong)options.KeySpaceSize);
    }

    /// <summary>Writes the key <paramref name="step"/> places after number <paramref name="first"/>.</summary>
    public void Write(long first, int step, Span<byte> key)
    {
        Write((first + step) % options.KeySpaceSize, key);
    }

    public static void Write(long number, Span<byte> key)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(number, digits, out int count);
        key.Fill((byte)'0');
        digits[..count].CopyTo(key[^count..]);
    }

    /// <summary>SplitMix64's finaliser: turns a counter into evenly spread bits.</summary>
    private static ulong Scramble(ulong counter)
    {
        ulong bits = counter * 0x9E3779B97F4A7C15;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }
}
