using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.Serialization;
using Hyperion;
using Xunit;

namespace ActorEtcd.Specs.Akka.Hyperion;

/// <summary>What is written comes back.</summary>
public sealed class GraphSpec
{
    public static readonly TheoryData<object?> Values =
    [
        true, false, (byte)255, (sbyte)-1, (short)-2, (ushort)3, int.MinValue, uint.MaxValue, long.MinValue, ulong.MaxValue,
        1.5f, double.NaN, 79228162514264337593543950335m, 'x', '\ud800', string.Empty, "grün 🙂",
        new DateTime(2026, 11, 21, 12, 0, 0, DateTimeKind.Utc), new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.FromHours(-3.5)),
        TimeSpan.FromTicks(-1), Guid.Parse("0e2f1b8c-3f5b-4e0a-9a43-7c8d9e0f1a2b"), Shapes.Colour.Blue, typeof(Shapes.Point), typeof(int[]),
        typeof(List<Dictionary<string, Shapes.Money>>),
        new Shapes.Point(1, 2), new Shapes.Line(new(1, 2), new(3, 4), null), new Shapes.Money(1.10m, "EUR"),
        new Version(1, 2, 3), Tuple.Create(1, "a"), (1, "a", new Shapes.Point(5, 6)),
    ];

    public static readonly TheoryData<object> Collections =
    [
        new byte[] { 1, 2, 3 }, new[] { 1, -2 }, new[] { 1.5, double.PositiveInfinity }, new[] { 'a', '\ud800' }, Array.Empty<long>(),
        new[] { "a", null, "b" }, new object?[] { 1, "x", null, new Shapes.Point(1, 2) }, new Shapes.IShape[] { new Shapes.Point(1, 2) },
        new[] { new[] { 1 }, [2, 3] }, new[,] { { 1, 2, 3 }, { 4, 5, 6 } }, new bool[] { true, false }, new int?[] { 1, null },
        new List<int> { 1, 2 }, new LinkedList<string>(["a", "b"]), new Queue<int>([1, 2, 3]), new Stack<int>([1, 2, 3]),
        new HashSet<string> { "a", "b" }, new SortedSet<int> { 2, 1 }, new ConcurrentQueue<int>([1, 2]),
        new Dictionary<string, Shapes.Point> { ["a"] = new(1, 2) }, new SortedDictionary<int, string> { [2] = "b", [1] = "a" },
        new SortedList<string, int> { ["b"] = 1 }, new ConcurrentDictionary<int, int>([new(1, 2)]),
        ImmutableArray.Create(1, 2), ImmutableList.Create("a", "b"), ImmutableHashSet.Create(1, 2), ImmutableSortedSet.Create(2, 1),
        ImmutableQueue.Create(1, 2), ImmutableStack.Create(1, 2), ImmutableDictionary<string, int>.Empty.Add("a", 1),
        ImmutableSortedDictionary<string, int>.Empty.Add("b", 1).Add("a", 2), new KeyValuePair<string, int>("a", 1),
    ];

    public static TheoryData<bool, bool> Modes => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Values))]
    public void Value_comes_back(object? value) => Assert.Equal(value, Copy(value));

    [SubsetFact]
    public void What_the_genuine_library_alters_comes_back_too()
    {
        Assert.Null(Copy(null));
        Assert.Equal("broken \ud800 pair", Copy("broken \ud800 pair"));
        Assert.Equal([2, 1], (ConcurrentStack<int>)Copy(new ConcurrentStack<int>([1, 2]))!);
    }

    [Theory]
    [MemberData(nameof(Collections))]
    public void Collection_comes_back_as_its_kind_in_its_order(object collection)
    {
        object? copy = Copy(collection);
        Assert.IsType(collection.GetType(), copy);
        Assert.Equal(collection, copy);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Record_with_everything_comes_back_in_every_mode(bool versionTolerance, bool preserveReferences)
    {
        var mixed = new Shapes.Mixed(
            Guid.NewGuid(),
            DateTime.UnixEpoch,
            [1, 2, 3],
            ImmutableDictionary<string, Shapes.Money>.Empty.Add("milk", new(1.2m, "EUR")),
            Shapes.Colour.Red,
            Maybe: 5,
            ("a", 1L),
            [1, 2]);
        var serializer = new Serializer(SerializerOptions.Default
            .WithVersionTolerance(versionTolerance)
            .WithPreserveObjectReferences(preserveReferences));

        var copy = (Shapes.Mixed)Copy(serializer, mixed)!;

        Assert.Equal<IEnumerable<int>>(mixed.Numbers, copy.Numbers);
        Assert.Equal(mixed.Prices, copy.Prices);
        Assert.Equal(mixed.Bytes, copy.Bytes);
        Assert.Equal(mixed, copy with { Numbers = mixed.Numbers, Prices = mixed.Prices, Bytes = mixed.Bytes });
    }

    [Fact]
    public void Private_fields_of_the_same_name_in_a_type_and_its_ancestor_stay_apart()
    {
        var copy = (Shapes.Dog)Copy(new Shapes.Dog("Rex", "R"))!;
        Assert.Equal(("Rex", "R"), (copy.Name, copy.Nick));
    }

    [Fact]
    public void Ignored_field_is_not_written()
    {
        var copy = (Shapes.Secret)Copy(new Shapes.Secret { Hidden = "a", Told = "b" })!;
        Assert.Equal((null, "b"), (copy.Hidden, copy.Told));
    }

    // The genuine writer leaves out the fields that an exception type adds.
    [SubsetFact]
    public void Exception_keeps_message_inner_exception_and_its_own_fields()
    {
        var copy = (Shapes.OddityException)Copy(new Shapes.OddityException("odd", 3, new ArgumentException("inner")))!;
        Assert.Equal(("odd", 3), (copy.Message, copy.Code));
        Assert.Equal("inner", Assert.IsType<ArgumentException>(copy.InnerException).Message);
    }

    [Fact]
    public void Object_that_is_met_twice_is_one_object_again()
    {
        var shared = new Shapes.Point(1, 2);
        var copy = (Shapes.Point[])Copy(Preserving, new[] { shared, shared })!;
        Assert.Same(copy[0], copy[1]);
    }

    [Fact]
    public void Circle_comes_back_as_a_circle()
    {
        var a = new Shapes.Node { Name = "a" };
        var b = new Shapes.Node { Name = "b", Next = a, Others = [a] };
        a.Next = b;
        a.Others.Add(a);

        var copy = (Shapes.Node)Copy(Preserving, a)!;

        Assert.Equal("b", copy.Next!.Name);
        Assert.Same(copy, copy.Next.Next);
        Assert.Same(copy, copy.Others[0]);
        Assert.Same(copy, copy.Next.Others[0]);
    }

    [Fact]
    public void Map_whose_keys_lead_back_to_it_finds_them()
    {
        var node = new Shapes.Node { Name = "a" };
        node.Names[node] = "self";

        var copy = (Shapes.Node)Copy(Preserving, node)!;

        Assert.Equal("self", copy.Names[copy]);
    }

    [Fact]
    public void Circle_through_an_immutable_collection_comes_back()
    {
        var holder = new Shapes.Holder();
        holder.Content = ImmutableList.Create<object>(holder, "x");

        var copy = (Shapes.Holder)Copy(Preserving, holder)!;

        Assert.Same(copy, ((ImmutableList<object>)copy.Content!)[0]);
    }

    // The stack of the genuine writer overflows, and the process ends.
    [SubsetFact]
    public void Circle_without_preserved_references_is_refused_in_words()
    {
        var node = new Shapes.Node();
        node.Next = node;
        var refusal = Assert.Throws<SerializationException>(() => Bytes(new Serializer(), node));
        Assert.Contains("circle", refusal.Message, StringComparison.Ordinal);
    }

    // The genuine writer drops the comparer without a word.
    [SubsetFact]
    public void Collection_with_a_comparer_of_its_own_is_refused()
        => Assert.Throws<SerializationException>(
            () => Bytes(new Serializer(), new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase)));

    // The genuine writer writes the fields of whatever it is given.
    [SubsetFact]
    public void What_cannot_be_written_is_refused()
    {
        Assert.Throws<SerializationException>(() => Bytes(new Serializer(), () => 1));
        Assert.Throws<SerializationException>(() => Bytes(new Serializer(), new Shapes.Holder { Content = Task.CompletedTask }));
        Assert.Throws<SerializationException>(() => Bytes(new Serializer(), new MemoryStream()));
    }

    // The genuine reader puts what a dropped field held into another one, and fails.
    [SubsetFact]
    public void Versions_of_a_message_read_each_other()
    {
        var serializer = new Serializer(SerializerOptions.Default.WithVersionTolerance(true));
        byte[] bytes = Bytes(serializer, new[] { new Shapes.Before { Kept = "k", Dropped = [new(1, 2)] }, new Shapes.Before { Kept = "l" } });

        var copies = (object[])Read(serializer, Renamed(bytes))!;

        Assert.Equal(["k", "l"], copies.Cast<Shapes.Afterw>().Select(static one => one.Kept));
        Assert.All(copies.Cast<Shapes.Afterw>(), static one => Assert.Equal(0, one.Added));
    }

    [Fact]
    public void Other_fields_without_version_tolerance_are_refused()
    {
        byte[] bytes = Bytes(new Serializer(), new Shapes.Before { Kept = "k" });
        Assert.Throws<SerializationException>(() => Read(new Serializer(), Renamed(bytes)));
    }

    // The genuine reader makes two objects of two references to a surrogate.
    [SubsetFact]
    public void Surrogate_stands_for_what_cannot_be_written()
    {
        var options = SerializerOptions.Default.WithPreserveObjectReferences(true).WithSurrogates(
            [Surrogate.Create<Stream, Shapes.Box<long>>(
                static stream => new Shapes.Box<long> { Content = stream.Length },
                static box => new MemoryStream(new byte[box.Content]))]);
        using var stream = new MemoryStream(new byte[5]);

        var copies = (object[])Copy(new Serializer(options), new object[] { stream, stream })!;

        Assert.Equal(5, ((MemoryStream)copies[0]).Length);
        Assert.Same(copies[0], copies[1]);
    }

    [Fact]
    public void Values_follow_each_other_in_a_stream()
    {
        var serializer = new Serializer();
        using var stream = new MemoryStream();
        serializer.Serialize(new Shapes.Point(1, 2), stream);
        serializer.Serialize("next", stream);
        stream.Position = 0;

        Assert.Equal(new Shapes.Point(1, 2), serializer.Deserialize<Shapes.Point>(stream));
        Assert.Equal("next", serializer.Deserialize<string>(stream));
    }

    internal static readonly Serializer Preserving = new(
        SerializerOptions.Default.WithPreserveObjectReferences(true).WithVersionTolerance(true));

    internal static byte[] Bytes(Serializer serializer, object? value)
    {
        using var stream = new MemoryStream();
        serializer.Serialize(value, stream);
        return stream.ToArray();
    }

    internal static object? Read(Serializer serializer, byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return serializer.Deserialize<object>(stream);
    }

    private static object? Copy(object? value) => Copy(new Serializer(), value);

    private static object? Copy(Serializer serializer, object? value) => Read(serializer, Bytes(serializer, value));

    // The names have the same length, so that nothing else moves.
    private static byte[] Renamed(byte[] bytes)
    {
        byte[] renamed = [.. bytes];
        for (int at; (at = renamed.AsSpan().IndexOf("+Before"u8)) >= 0;)
        {
            "+Afterw"u8.CopyTo(renamed.AsSpan(at));
        }

        return renamed;
    }
}
