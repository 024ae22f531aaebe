using System.Collections.Immutable;
using System.Runtime.Serialization;
using Hyperion;
using Hyperion.Internal;
using Xunit;

namespace ActorEtcd.Specs.Akka.Hyperion;

/// <summary>Nothing is made of bytes that the reader has not allowed.</summary>
public sealed class ClosedListSpec
{
    private static readonly Serializer Closed = new(SerializerOptions.Default.WithTypeFilter(
        TypeFilterBuilder.Create().Include<Shapes.Point>().Include<Shapes.Money>().Include<Shapes.Holder>().Build()));

    [Fact]
    public void Listed_type_is_read()
        => Assert.Equal(new Shapes.Point(1, 2), GraphSpec.Read(Closed, GraphSpec.Bytes(new Serializer(), new Shapes.Point(1, 2))));

    [Fact]
    public void Unlisted_type_is_refused()
        => Assert.Throws<UserEvilDeserializationException>(
            () => GraphSpec.Read(Closed, GraphSpec.Bytes(new Serializer(), new Shapes.Secret())));

    // The genuine reader wraps the refusal in a SerializationException.
    [SubsetFact]
    public void Unlisted_type_inside_a_listed_one_is_refused()
        => Assert.Throws<UserEvilDeserializationException>(
            () => GraphSpec.Read(Closed, GraphSpec.Bytes(new Serializer(), new Shapes.Holder { Content = new Shapes.Secret() })));

    [Fact]
    public void Unlisted_type_as_an_argument_of_a_collection_is_refused()
        => Assert.Throws<UserEvilDeserializationException>(
            () => GraphSpec.Read(Closed, GraphSpec.Bytes(new Serializer(), ImmutableList.Create<Shapes.Secret>())));

    // The genuine list does not take a generic definition for all that is made of it.
    [SubsetFact]
    public void Generic_type_is_allowed_by_its_definition_or_as_constructed()
    {
        byte[] bytes = GraphSpec.Bytes(new Serializer(), new Shapes.Box<int> { Content = 3 });
        Assert.Throws<UserEvilDeserializationException>(() => GraphSpec.Read(Closed, bytes));
        foreach (Type included in new[] { typeof(Shapes.Box<>), typeof(Shapes.Box<int>) })
        {
            var open = new Serializer(SerializerOptions.Default.WithTypeFilter(TypeFilterBuilder.Create().Include(included).Build()));
            Assert.Equal(3, ((Shapes.Box<int>)GraphSpec.Read(open, bytes)!).Content);
        }

        var other = new Serializer(SerializerOptions.Default.WithTypeFilter(TypeFilterBuilder.Create().Include<Shapes.Box<string>>().Build()));
        Assert.Throws<UserEvilDeserializationException>(() => GraphSpec.Read(other, bytes));
    }

    [Fact]
    public void Known_types_are_allowed_and_small()
    {
        SerializerOptions known = SerializerOptions.Default.WithKnownTypes([typeof(Shapes.Secret)]);
        byte[] bytes = GraphSpec.Bytes(new Serializer(known), new Shapes.Secret { Told = "t" });
        var closed = new Serializer(known.WithTypeFilter(TypeFilterBuilder.Create().Build()));
        Assert.Equal("t", ((Shapes.Secret)GraphSpec.Read(closed, bytes)!).Told);
        Assert.True(bytes.Length < 15, $"{bytes.Length} bytes");
    }

    [Fact]
    public void Type_that_does_harm_is_refused_without_a_list()
    {
        byte[] bytes = GraphSpec.Bytes(new Serializer(SerializerOptions.Default.WithVersionTolerance(true)), new Shapes.Holder());
        byte[] evil = [.. bytes];
        string name = typeof(Shapes.Holder).FullName!;
        int at = evil.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(name));
        Assert.True(at > 0);
        System.Text.Encoding.UTF8.GetBytes("System.IO.FileInfo".PadRight(name.Length, 'x')).CopyTo(evil.AsSpan(at));

        Assert.Throws<EvilDeserializationException>(
            () => GraphSpec.Read(new Serializer(SerializerOptions.Default.WithVersionTolerance(true)), evil));
    }

    // The genuine reader lets a TypeLoadException out.
    [SubsetFact]
    public void Type_that_does_not_exist_is_refused()
    {
        byte[] bytes = GraphSpec.Bytes(new Serializer(), new Shapes.Holder());
        bytes[bytes.AsSpan().IndexOf("Holder"u8)] = (byte)'X';
        Assert.Throws<SerializationException>(() => GraphSpec.Read(new Serializer(), bytes));
    }
}
