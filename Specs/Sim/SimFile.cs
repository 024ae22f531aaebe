namespace ActorEtcd.Specs.Sim;

/// <summary>What a file holds, and what of it would be there after a loss of power.</summary>
internal sealed class SimFile
{
    private const int SectorBytes = 512;

    /// <summary>Written since the last flush. By place and not by value: some values differ from run to run.</summary>
    private readonly List<(int From, int To)> _unflushed = [];

    public byte[] Bytes { get; private set; } = [];

    public byte[] Durable { get; private set; } = [];

    public void Resize(long length)
    {
        if (length < Bytes.Length)
        {
            _unflushed.Add(((int)length, Bytes.Length));
        }

        byte[] resized = Bytes;
        Array.Resize(ref resized, (int)length);
        Bytes = resized;
    }

    public void Write(ReadOnlySpan<byte> source, long offset)
    {
        if (offset + source.Length > Bytes.Length)
        {
            Resize(offset + source.Length);
        }

        source.CopyTo(Bytes.AsSpan((int)offset));
        _unflushed.Add(((int)offset, (int)offset + source.Length));
    }

    public void Flush()
    {
        Durable = (byte[])Bytes.Clone();
        _unflushed.Clear();
    }

    /// <summary>Everything from there on is blank, as if it had never been written.</summary>
    public void Blank(int offset)
    {
        Bytes.AsSpan(offset).Clear();
        Flush();
    }

    public void Flip(int offset, int bit)
    {
        Bytes[offset] ^= (byte)(1 << bit);
        Flush();
    }

    /// <summary>
    /// The file as it is found afterwards: of what was written since the last flush nothing is there, or all of it, or what a
    /// write that was cut off has left, or some of the sectors.
    /// </summary>
    /// <param name="world">Its chance, and its count of faults.</param>
    /// <param name="mayFlip">A bit of what is kept and was not flushed may change.</param>
    /// <param name="isFlipped">It did.</param>
    public SimFile Crashed(SimWorld world, bool mayFlip, out bool isFlipped)
    {
        isFlipped = false;
        int[] changed = Changed();
        var found = new SimFile { Bytes = (byte[])Durable.Clone() };
        if (changed.Length > 0 || Bytes.Length != Durable.Length)
        {
            Func<int, bool> isKept = Survivors(world.Random, changed);
            int[] kept = [.. changed.Where(isKept)];
            found.Resize(kept.Length > 0 || world.Random.Next(2) == 0 ? Bytes.Length : Durable.Length);
            foreach (int at in kept.Where(at => at < found.Bytes.Length))
            {
                found.Bytes[at] = At(Bytes, at);
            }

            isFlipped = mayFlip && kept.Length > 0 && FlipOneOf(found.Bytes, kept, world.Random);
            Count(world, changed.Length, kept.Length, isFlipped);
        }

        found.Flush();
        return found;
    }

    private static byte At(byte[] bytes, int at) => at < bytes.Length ? bytes[at] : (byte)0;

    private int[] Changed() =>
        [.. _unflushed.SelectMany(static range => Enumerable.Range(range.From, range.To - range.From)).Distinct().Order()];

    private static Func<int, bool> Survivors(Random random, int[] changed)
    {
        switch (changed.Length == 0 ? 0 : random.Next(4))
        {
            case 0:
                return static _ => false;
            case 1:
                return static _ => true;
            case 2:
                // Not within the few bytes at a record's end that say that it is whole: one bit of them that is missing says nothing.
                int cut = random.Next(changed[0], changed[^1] + 1) & -sizeof(uint);
                return at => at < cut;
            default:
                bool[] sectors = [.. Enumerable.Range(0, (changed[^1] / SectorBytes) + 1).Select(_ => random.Next(2) == 0)];
                return at => sectors[at / SectorBytes];
        }
    }

    private static bool FlipOneOf(byte[] bytes, int[] kept, Random random)
    {
        int at = kept[random.Next(kept.Length)];
        if (random.Next(3) != 0 || at >= bytes.Length)
        {
            return false;
        }

        bytes[at] ^= (byte)(1 << random.Next(8));
        return true;
    }

    private static void Count(SimWorld world, int changed, int kept, bool isFlipped)
    {
        if (kept < changed)
        {
            world.Count(SimFault.UnsyncedLost);
        }

        if (kept > 0 && kept < changed)
        {
            world.Count(SimFault.TornTail);
        }

        if (isFlipped)
        {
            world.Count(SimFault.FlippedTail);
        }
    }
}
