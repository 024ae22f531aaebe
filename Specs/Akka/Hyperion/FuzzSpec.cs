using System.Collections.Immutable;
using System.Runtime.Serialization;
using Hyperion;
using Hyperion.Internal;
using Xunit;

namespace ActorEtcd.Specs.Akka.Hyperion;

/// <summary>Whatever the bytes are, the reader throws its own errors only, and takes no more memory than the bytes account for.</summary>
public sealed class FuzzSpec
{
    private const int Rounds = 20_000;

    // An object of a small type takes more than the few bytes that ask for it, by a bounded factor.
    private const long BytesPerByteMax = 400;
    private const long Overhead = 64 * 1024;

    private static readonly Serializer[] Readers =
    [
        GraphSpec.Preserving,
        new(),
        new(SerializerOptions.Default.WithPreserveObjectReferences(true).WithTypeFilter(
            TypeFilterBuilder.Create().Include<Shapes.Node>().Include<Shapes.Point>().Build())),
    ];

    [SubsetTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Changed_bytes_are_read_or_refused_with_an_own_error(int seed)
    {
        var random = new Random(seed);
        byte[][] samples = [.. Readers.SelectMany(static reader => Samples().Select(sample => GraphSpec.Bytes(reader, sample)))];

        // What is made once for a type, or for all, is nobody's fault.
        foreach (byte[] sample in samples)
        {
            AssertOwnErrors(sample, Readers[0], "sample");
        }

        for (int round = 0; round < Rounds; round++)
        {
            byte[] bytes = Change([.. samples[random.Next(samples.Length)]], random);
            AssertBounded(bytes, Readers[random.Next(Readers.Length)], $"seed {seed}, round {round}");
        }
    }

    [SubsetTheory]
    [InlineData(4)]
    public void Random_bytes_are_refused_with_an_own_error(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            if (bytes.Length > 0)
            {
                // Most of all bytes are no tag.
                bytes[0] %= 32;
            }

            AssertBounded(bytes, Readers[round % Readers.Length], $"seed {seed}, round {round}");
        }
    }

    [SubsetFact]
    public void Bytes_that_nest_without_end_are_refused()
    {
        // Array of object, one dimension of one element, again and again.
        byte[] level = [27, 0, 0, 1, 1];
        byte[] bytes = [.. Enumerable.Repeat(level, 100_000).SelectMany(static part => part)];
        Assert.Throws<SerializationException>(() => GraphSpec.Read(new Serializer(), bytes));
    }

    [SubsetFact]
    public void Every_beginning_of_a_value_is_refused()
    {
        foreach (Serializer reader in Readers)
        {
            byte[] bytes = GraphSpec.Bytes(reader, Circle());
            for (int length = 0; length < bytes.Length; length++)
            {
                byte[] part = bytes[..length];
                Assert.Throws<SerializationException>(() => GraphSpec.Read(reader, part));
            }
        }
    }

    private static void AssertBounded(byte[] bytes, Serializer reader, string where)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertOwnErrors(bytes, reader, where);
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(taken < Overhead + (bytes.Length * BytesPerByteMax), $"{where}: {taken} bytes for {bytes.Length}: {Convert.ToHexString(bytes)}");
    }

    private static void AssertOwnErrors(byte[] bytes, Serializer reader, string where)
    {
        try
        {
            GraphSpec.Read(reader, bytes);
        }
        catch (Exception refusal) when (refusal is SerializationException or EvilDeserializationException)
        {
            // As it should.
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{where}: {Convert.ToHexString(bytes)}: {failure.GetType()}", failure);
        }
    }

    private static byte[] Change(byte[] bytes, Random random)
    {
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            int at = random.Next(bytes.Length);
            switch (random.Next(4))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes[at] = 0xff; break;
                default: bytes = [.. bytes[..at], .. bytes[random.Next(at, bytes.Length)..], 0]; break;
            }
        }

        return bytes;
    }

    private static IEnumerable<object> Samples() =>
    [
        Circle(),
        new Shapes.Line(new(1, 2), new(3, 4), "l"),
        new object[] { 1, "a", 2.5m, Guid.Empty, DateTime.UnixEpoch, new[] { 1, 2 }, new[,] { { "a" }, { "b" } } },
        new Dictionary<string, ImmutableList<Shapes.Money>> { ["a"] = [new(1, "EUR")] },
        new Shapes.OddityException("m", 1, new ArgumentException("i")),
        typeof(List<Shapes.Box<int>[]>),
        Shapes.Colour.Red,
    ];

    private static Shapes.Node Circle()
    {
        var node = new Shapes.Node { Name = "n" };
        node.Others.Add(new Shapes.Node { Name = "o" });
        return node;
    }
}
