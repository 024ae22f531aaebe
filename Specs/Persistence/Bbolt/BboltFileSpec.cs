using ActorEtcd.Persistence.Bbolt;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Persistence.Bbolt;

/// <summary>What the writer writes, the reader reads; what somebody else did to a file, the reader survives.</summary>
public sealed class BboltFileSpec : IDisposable
{
    private readonly TemporaryDirectory _dir = new();

    private string File => Path.Combine(_dir.Path, "db");

    public void Dispose() => _dir.Dispose();

    [Fact]
    public void Database_without_buckets_is_four_pages()
    {
        Write([]);
        using var reader = BboltReader.Open(File);
        Assert.Empty(reader.Buckets);
        Assert.Equal(4 * 4096, reader.Length);
        Assert.Empty(reader.Items("none"));
    }

    [Theory]
    [InlineData(0, 10, 10)]
    [InlineData(1, 10, 0)]
    [InlineData(5_000, 17, 100)]
    [InlineData(2_000, 1_300, 20)]
    [InlineData(40, 5_000, 9_000)]
    public void Buckets_come_back_with_all_their_items_in_order(int count, int keySize, int valueSize)
    {
        var items = Items(count, keySize, valueSize);
        var few = Items(3, 4, 4);
        Write([new("many", items), new("few", few), new("empty", [])]);
        using var reader = BboltReader.Open(File);
        Assert.Equal(["empty", "few", "many"], reader.Buckets);
        AssertSame(items, reader.Items("many"));
        AssertSame(few, reader.Items("few"));
        Assert.Empty(reader.Items("empty"));
        Assert.Equal(new FileInfo(File).Length, reader.Length);
    }

    [Fact]
    public void Value_of_many_pages_comes_back_between_small_ones()
    {
        BboltItem[] items = [Item("a", 10), Item("b", 3_000_000), Item("c", 4064), Item("d", 4065), Item("e", 0)];
        Write([new("bucket", items)]);
        using var reader = BboltReader.Open(File);
        AssertSame(items, reader.Items("bucket"));
    }

    [Fact]
    public void Length_is_known_before_anything_is_written()
    {
        var writer = BboltWriter.Plan([new BboltBucket("b", Items(3_000, 17, 333))]);
        Assert.Equal(writer.Length, writer.Blocks().Sum(static block => (long)block.Length));
    }

    [Fact]
    public void File_cut_short_anywhere_is_refused()
    {
        Write([new("many", Items(500, 17, 100))]);
        var whole = System.IO.File.ReadAllBytes(File);
        foreach (var length in new[] { 0, 1, 63, 100, 4095, 4096, 8192, 12_288, whole.Length - 1 })
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            var damage = Assert.Throws<BboltDamagedException>(ReadAll);
            Assert.Contains(File, damage.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void First_meta_in_ruins_leaves_the_second()
    {
        var items = Items(10, 8, 8);
        Write([new("b", items)]);
        var bytes = System.IO.File.ReadAllBytes(File);
        bytes.AsSpan(0, 100).Clear();
        System.IO.File.WriteAllBytes(File, bytes);
        using var reader = BboltReader.Open(File);
        AssertSame(items, reader.Items("b"));
    }

    [Fact]
    public void Random_damage_is_read_or_refused_and_nothing_else()
    {
        var seed = SpecEnvironment.Seed ?? 1;
        var random = new Random(seed);
        Write([new("many", Items(400, 600, 100)), new("few", Items(3, 4, 4))]);
        var whole = System.IO.File.ReadAllBytes(File);
        for (var round = 0; round < 300; round++)
        {
            var bytes = (byte[])whole.Clone();
            for (var hits = random.Next(1, 4); hits > 0; hits--)
            {
                // Mostly in the headers of pages, where it hurts.
                var page = random.Next(bytes.Length / 4096) * 4096;
                var place = page + random.Next(random.Next(4) == 0 ? 4096 : 64);
                bytes[place] = random.Next(3) == 0 ? (byte)0xff : (byte)random.Next(256);
            }

            System.IO.File.WriteAllBytes(File, bytes);
            try
            {
                ReadAll();
            }
            catch (BboltDamagedException)
            {
                // Refused with an offset, as it should be.
            }
            catch (Exception other)
            {
                Assert.Fail($"seed {seed}, round {round}: {other}");
            }
        }
    }

    [Fact]
    public void Branch_that_leads_back_to_itself_is_refused()
    {
        Write([new("many", Items(400, 600, 100))]);
        var bytes = System.IO.File.ReadAllBytes(File);
        for (var page = 3; page < bytes.Length / 4096; page++)
        {
            if (BitConverter.ToUInt16(bytes, (page * 4096) + 8) == 1)
            {
                BitConverter.GetBytes((ulong)page).CopyTo(bytes, (page * 4096) + 16 + 8);
            }
        }

        System.IO.File.WriteAllBytes(File, bytes);
        Assert.Throws<BboltDamagedException>(ReadAll);
    }

    private static BboltItem[] Items(int count, int keySize, int valueSize) =>
    [
        .. Enumerable.Range(0, count).Select(number =>
        {
            var key = new byte[keySize];
            BitConverter.GetBytes(number).Reverse().ToArray().CopyTo(key, 0);
            var value = new byte[valueSize];
            new Random(number).NextBytes(value);
            return new BboltItem(key, value);
        }),
    ];

    private static BboltItem Item(string key, int valueSize) =>
        new(System.Text.Encoding.UTF8.GetBytes(key), Enumerable.Repeat((byte)key[0], valueSize).ToArray());

    private static void AssertSame(IReadOnlyList<BboltItem> expected, IEnumerable<BboltItem> actual)
    {
        var index = 0;
        foreach (var item in actual)
        {
            Assert.True(item.Key.Span.SequenceEqual(expected[index].Key.Span), $"key {index}");
            Assert.True(item.Value.Span.SequenceEqual(expected[index].Value.Span), $"value {index}");
            index++;
        }

        Assert.Equal(expected.Count, index);
    }

    private void Write(IEnumerable<BboltBucket> buckets)
    {
        using var file = System.IO.File.Create(File);
        BboltWriter.Plan(buckets).WriteTo(file);
    }

    private void ReadAll()
    {
        using var reader = BboltReader.Open(File);
        foreach (var bucket in reader.Buckets)
        {
            foreach (var item in reader.Items(bucket))
            {
                GC.KeepAlive(item.Key.Span.Length + item.Value.Span.Length);
            }
        }
    }
}
