using System.Runtime.Serialization;
using Hyperion.Format;
using Hyperion.Internal;

namespace Hyperion;

/// <summary>
/// Writes graphs of objects with their types, and reads them back. Thread-safe. The bytes are this library's own: both
/// sides must be of it.
/// </summary>
public class Serializer
{
    private readonly SerializerOptions _options;
    private readonly TypePolicy _policy;

    public Serializer()
        : this(SerializerOptions.Default)
    {
    }

    public Serializer(SerializerOptions options)
    {
        _options = options ?? throw new ArgumentNullException(nameof(options));
        _policy = new TypePolicy(options);
    }

    /// <summary>Writes an object, which may be null, behind what the stream holds.</summary>
    /// <exception cref="SerializationException">The graph holds what cannot be written, or a cycle without preserved references.</exception>
    public void Serialize(object obj, Stream stream)
    {
        var writer = new ByteWriter();
        new ValueWriter(_options, writer).Write(obj);
        stream.Write(writer.Written);
    }

    /// <summary>Reads the object at the stream's position. A stream that cannot seek is read to its end.</summary>
    /// <exception cref="SerializationException">The bytes are no object, or one that does not fit the types here.</exception>
    /// <exception cref="EvilDeserializationException">They name a type that is not allowed.</exception>
    public object Deserialize(Stream stream)
    {
        var start = stream.CanSeek ? stream.Position : 0;
        var bytes = Rest(stream);
        var reader = new ByteReader(bytes);
        try
        {
            var value = new ValueReader(_options, _policy, reader).ReadRoot();
            if (stream.CanSeek)
            {
                stream.Position = start + reader.Position;
            }

            return value;
        }
        catch (Exception cause) when (cause is not (SerializationException or EvilDeserializationException or OutOfMemoryException))
        {
            // Whatever a constructor, a comparer or a surrogate makes of what the bytes say, it is the bytes' fault.
            throw new SerializationException($"what was read up to byte {reader.Position} is no object: {cause.Message}", cause);
        }
    }

    /// <inheritdoc cref="Deserialize(Stream)"/>
    public T Deserialize<T>(Stream stream) => Deserialize(stream) switch
    {
        T value => value,
        null when default(T) is null => default,
        var other => throw new SerializationException($"{other?.GetType().ToString() ?? "null"} was read where {typeof(T)} was asked for"),
    };

    private static ReadOnlyMemory<byte> Rest(Stream stream)
    {
        if (stream is MemoryStream memory && memory.TryGetBuffer(out var buffer))
        {
            return buffer.AsMemory((int)memory.Position);
        }

        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
