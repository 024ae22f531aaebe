using System.Text;

namespace Akka.Actor;

/// <summary>
/// The name of an actor: an address and the names from the root down. The uid tells incarnations under one
/// name apart; it takes no part in equality of paths.
/// </summary>
public abstract class ActorPath : ISurrogated, IComparable<ActorPath>, IEquatable<ActorPath>
{
    public const string ValidSymbols = "\"-_.*$+:@&=,!~';()";

    private readonly ActorPath _parent;
    private readonly int _hash;
    private string[] _elements;
    private string _text;

    protected ActorPath(Address address, string name)
    {
        Address = address;
        Name = name;
        _hash = HashCode.Combine(address, name);
    }

    protected ActorPath(ActorPath parentPath, string name, long uid)
    {
        _parent = parentPath;
        Address = parentPath.Address;
        Name = name;
        Uid = uid;
        Depth = parentPath.Depth + 1;
        _hash = HashCode.Combine(parentPath._hash, name);
    }

    public Address Address { get; }

    public int Depth { get; }

    public IReadOnlyList<string> Elements => _elements ??= BuildElements();

    public string Name { get; }

    public ActorPath Parent => _parent ?? this;

    public ActorPath Root => ParentOf(0);

    public long Uid { get; }

    public static ActorPath operator /(ActorPath path, string name) => path.Child(name);

    public static ActorPath operator /(ActorPath path, IEnumerable<string> name) =>
        name.Where(n => !string.IsNullOrEmpty(n)).Aggregate(path, (parent, element) => parent.Child(element));

    public static bool operator ==(ActorPath left, ActorPath right) => left?.Equals(right) ?? right is null;

    public static bool operator !=(ActorPath left, ActorPath right) => !(left == right);

    public static string FormatPathElements(IEnumerable<string> pathElements) => "/" + string.Join("/", pathElements);

    public static bool IsValidPathElement(string s)
    {
        if (string.IsNullOrEmpty(s) || s[0] == '$')
        {
            return false;
        }

        for (var i = 0; i < s.Length; i++)
        {
            var c = s[i];
            if (c == '%' && i + 2 < s.Length && char.IsAsciiHexDigit(s[i + 1]) && char.IsAsciiHexDigit(s[i + 2]))
            {
                i += 2;
            }
            else if (!char.IsAsciiLetterOrDigit(c) && !ValidSymbols.Contains(c))
            {
                return false;
            }
        }

        return true;
    }

    public static ActorPath Parse(string path) =>
        TryParse(path, out var parsed) ? parsed : throw new UriFormatException($"Can not parse an ActorPath: {path}");

    public static bool TryParse(string path, out ActorPath actorPath)
    {
        actorPath = null;
        return Address.TryParse(path.AsSpan(), out var address, out var rest)
            && TryParse(new RootActorPath(address), rest, out actorPath);
    }

    public static bool TryParse(ActorPath basePath, string absoluteUri, out ActorPath actorPath) =>
        TryParse(basePath, absoluteUri.AsSpan(), out actorPath);

    public static bool TryParse(ActorPath basePath, ReadOnlySpan<char> absoluteUri, out ActorPath actorPath)
    {
        actorPath = basePath;
        while (!absoluteUri.IsEmpty)
        {
            var slash = absoluteUri.IndexOf('/');
            var element = slash < 0 ? absoluteUri : absoluteUri[..slash];
            absoluteUri = slash < 0 ? default : absoluteUri[(slash + 1)..];
            if (!element.IsEmpty)
            {
                actorPath = actorPath.Child(element.ToString());
            }
        }

        return true;
    }

    public static bool TryParseAddress(string path, out Address address) => Address.TryParse(path, out address);

    public static bool TryParseAddress(string path, out Address address, out ReadOnlySpan<char> absoluteUri) =>
        Address.TryParse(path.AsSpan(), out address, out absoluteUri);

    public ActorPath Child(string childName)
    {
        var hash = childName.IndexOf('#');
        if (hash < 0)
        {
            return new ChildActorPath(this, childName, ActorCell.UndefinedUid);
        }

        var uid = long.TryParse(childName.AsSpan(hash + 1), out var parsed) ? parsed : ActorCell.UndefinedUid;
        return new ChildActorPath(this, childName[..hash], uid);
    }

    public int CompareTo(ActorPath other)
    {
        if (ReferenceEquals(this, other))
        {
            return 0;
        }

        if (other is null)
        {
            return 1;
        }

        var byAddress = Address.CompareTo(other.Address);
        if (byAddress != 0)
        {
            return byAddress;
        }

        var mine = Elements;
        var theirs = other.Elements;
        for (var i = 0; i < Math.Min(mine.Count, theirs.Count); i++)
        {
            var byName = string.CompareOrdinal(mine[i], theirs[i]);
            if (byName != 0)
            {
                return byName;
            }
        }

        return mine.Count.CompareTo(theirs.Count);
    }

    public bool Equals(ActorPath other)
    {
        if (other is null || _hash != other._hash || Depth != other.Depth)
        {
            return ReferenceEquals(this, other);
        }

        var left = this;
        var right = other;
        while (!ReferenceEquals(left, right))
        {
            if (left.Name != right.Name)
            {
                return false;
            }

            if (left._parent is null)
            {
                return left.Address == right.Address;
            }

            left = left._parent;
            right = right._parent;
        }

        return true;
    }

    public override bool Equals(object obj) => Equals(obj as ActorPath);

    public override int GetHashCode() => _hash;

    public ActorPath ParentOf(int depth)
    {
        var target = depth >= 0 ? depth : Math.Max(Depth + depth, 0);
        var current = this;
        while (current.Depth > target)
        {
            current = current._parent;
        }

        return current;
    }

    public string ToSerializationFormat() => AppendUid(ToStringWithAddress());

    public string ToSerializationFormatWithAddress(Address address) => AppendUid(ToStringWithAddress(address));

    public override string ToString() => _text ??= Join(Address);

    public string ToStringWithAddress() => ToString();

    /// <summary>A path that already tells host and port keeps them; any other gets <paramref name="address"/>.</summary>
    public string ToStringWithAddress(Address address) =>
        Address.Host is not null && Address.Port.HasValue ? ToString() : Join(address);

    public string ToStringWithUid() => AppendUid(ToString());

    public string ToStringWithoutAddress() => Join(null);

    public ISurrogate ToSurrogate(ActorSystem system) => new Surrogate(ToSerializationFormat());

    public ActorPath WithUid(long uid) =>
        _parent is null || uid == Uid ? this : new ChildActorPath(_parent, Name, uid);

    private string AppendUid(string text) => Uid == ActorCell.UndefinedUid ? text : text + "#" + Uid;

    private string Join(Address address)
    {
        if (_parent is null)
        {
            return address + "/" + Name.TrimStart('/');
        }

        var builder = new StringBuilder(address?.ToString());
        foreach (var element in Elements)
        {
            builder.Append('/').Append(element);
        }

        return builder.ToString();
    }

    private string[] BuildElements()
    {
        var elements = new string[Depth];
        var current = this;
        for (var i = Depth - 1; i >= 0; i--)
        {
            elements[i] = current.Name;
            current = current._parent;
        }

        return elements;
    }

    public sealed class Surrogate : ISurrogate, IEquatable<Surrogate>, IEquatable<ActorPath>
    {
        public Surrogate(string path)
        {
            Path = path;
        }

        public string Path { get; }

        public bool Equals(Surrogate other) => other is not null && Path == other.Path;

        public bool Equals(ActorPath other) => other is not null && Equals(other.ToSurrogate(null));

        public override bool Equals(object obj) => obj is Surrogate other && Equals(other);

        public ISurrogated FromSurrogate(ActorSystem system) => TryParse(Path, out var path) ? path : null;

        public override int GetHashCode() => Path.GetHashCode(StringComparison.Ordinal);
    }
}
