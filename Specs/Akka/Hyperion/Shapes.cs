using System.Collections.Immutable;

namespace ActorEtcd.Specs.Akka.Hyperion;

/// <summary>Messages of every shape.</summary>
internal static class Shapes
{
    public enum Colour : ushort
    {
        Red = 1,
        Blue = 65535,
    }

    public interface IShape;

    public sealed record Point(int X, int Y) : IShape;

    public sealed record Line(Point From, Point To, string? Name) : IShape;

    public readonly record struct Money(decimal Amount, string Currency);

    public abstract class Animal
    {
        private readonly string _name;

        protected Animal(string name) => _name = name;

        public string Name => _name;
    }

    public sealed class Dog(string name, string nick) : Animal(name)
    {
        private readonly string _name = nick;

        public string Nick => _name;
    }

    public sealed class Node
    {
        public string Name { get; set; } = string.Empty;

        public Node? Next { get; set; }

        public List<Node> Others { get; set; } = [];

        public Dictionary<Node, string> Names { get; set; } = [];
    }

    public sealed class Holder
    {
        public object? Content { get; set; }
    }

    public sealed class Box<T>
    {
        public T? Content { get; set; }
    }

    public sealed class Secret
    {
#pragma warning disable CS0649 // Set by specs through the property.
        [global::Hyperion.Ignore]
        private string? _hidden;
#pragma warning restore CS0649

        public string? Hidden
        {
            get => _hidden;
            set => _hidden = value;
        }

        public string? Told { get; set; }
    }

    public sealed class OddityException(string message, int code, Exception? inner = null) : Exception(message, inner)
    {
        public int Code { get; } = code;
    }

    public sealed record Mixed(
        Guid Id,
        DateTime At,
        ImmutableArray<int> Numbers,
        ImmutableDictionary<string, Money> Prices,
        Colour Colour,
        int? Maybe,
        (string, long) Pair,
        byte[] Bytes);

    // Two versions of one message, of which one is read as the other by a change of its name.
    public sealed class Before
    {
        public string? Kept { get; set; }

        public List<Point>? Dropped { get; set; }
    }

    public sealed class Afterw
    {
        public string? Kept { get; set; }

        public int Added { get; set; } = 7;
    }
}
