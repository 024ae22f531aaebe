using System.Collections;
using System.Runtime.CompilerServices;
using System.Runtime.Serialization;
using Hyperion.Containers;

namespace Hyperion.Format;

/// <summary>Writes one graph of objects.</summary>
internal sealed class ValueWriter(SerializerOptions options, ByteWriter writer)
{
    private readonly TypeWriter _types = new(options, writer);
    private readonly Dictionary<object, int> _numbers = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<int> _unfinished = [];
    private readonly HashSet<Type> _described = [];

    public void Write(object value)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new SerializationException(options.PreserveObjectReferences
                ? "the objects are nested too deeply"
                : "the objects are nested too deeply, or refer to each other in a circle, which needs preserved references");
        }

        if (!Scalars.TryWrite(writer, value) && !TryWriteReference(value))
        {
            WriteWhole(value);
        }
    }

    // A surrogate is asked for once for each object: what it makes is written where the object stands first.
    private void WriteWhole(object value)
    {
        var type = value.GetType();
        var surrogate = Array.FindIndex(options.Surrogates, one => one.IsSurrogateFor(type));
        if (surrogate >= 0)
        {
            Tag(ValueTag.Surrogate);
            writer.Count(surrogate);
            var number = Number(value, exists: false);
            Write(options.Surrogates[surrogate].ToSurrogate(value));
            _unfinished.Remove(number);
            return;
        }

        switch (value)
        {
            case Type self:
                Tag(ValueTag.Type);
                _types.Write(self);
                break;
            case Enum:
                Tag(ValueTag.Enum);
                _types.Write(type);
                writer.Int64(EnumBits(value, type));
                break;
            case Array array: WriteArray(array); break;
            case Exception exception: WriteException(exception, type); break;
            default: WriteObject(value, type); break;
        }
    }

    private static long EnumBits(object value, Type type) => Enum.GetUnderlyingType(type) == typeof(ulong)
        ? unchecked((long)Convert.ToUInt64(value, provider: null))
        : Convert.ToInt64(value, provider: null);

    private void WriteArray(Array array)
    {
        if (NumberArrays.KindOf(array) is var kind and >= 0)
        {
            Tag(ValueTag.NumberArray);
            Begin(array, exists: true);
            NumberArrays.Write(writer, kind, array);
            return;
        }

        Tag(ValueTag.Array);
        Begin(array, exists: true);
        _types.Write(array.GetType().GetElementType());
        writer.Count(array.Rank);
        for (var dimension = 0; dimension < array.Rank; dimension++)
        {
            if (array.GetLowerBound(dimension) != 0)
            {
                throw new SerializationException($"a {array.GetType()} that does not begin at 0 cannot be written");
            }

            writer.Count(array.GetLength(dimension));
        }

        foreach (var item in array)
        {
            Write(item);
        }
    }

    private void WriteException(Exception exception, Type type)
    {
        Tag(ValueTag.Exception);
        Begin(exception, exists: true);
        _types.Write(type);
        Write(exception.Message);
        Write(exception.StackTrace);
        Write(exception.InnerException);
        if (type.Assembly != typeof(object).Assembly)
        {
            WriteFields(exception, type);
        }
    }

    private void WriteObject(object value, Type type)
    {
        if (ContainerCodecs.Find(type) is { } container)
        {
            WriteContainer(container, value, type);
            return;
        }

        if (TypePolicy.IsOpaque(type))
        {
            throw new SerializationException($"a {type} cannot be written");
        }

        Tag(ValueTag.Object);
        Begin(value, exists: true);
        _types.Write(type);
        WriteFields(value, type);
    }

    private void WriteContainer(ContainerCodec codec, object value, Type type)
    {
        Tag(codec.IsMap ? ValueTag.Map : ValueTag.Sequence);
        var number = Begin(value, codec.IsMutable);
        _types.Write(type);
        var items = ItemsOf(codec, value);
        writer.Count(codec.IsMap ? items.Count / 2 : items.Count);
        foreach (var item in items)
        {
            Write(item);
        }

        _unfinished.Remove(number);
    }

    private static ICollection ItemsOf(ContainerCodec codec, object value)
    {
        try
        {
            return codec.Items(value);
        }
        catch (NotSupportedException unwritable)
        {
            throw new SerializationException(unwritable.Message, unwritable);
        }
        catch (InvalidOperationException)
        {
            // Only an ImmutableArray that was never made.
            return Array.Empty<object>();
        }
    }

    private void WriteFields(object value, Type type)
    {
        var layout = TypeLayout.Of(type);
        if (_described.Add(type))
        {
            Describe(layout);
        }

        foreach (var field in layout.Fields)
        {
            Write(field.GetValue(value));
        }
    }

    private void Describe(TypeLayout layout)
    {
        if (!options.VersionTolerance)
        {
            writer.Int32(layout.Fingerprint);
            return;
        }

        writer.Count(layout.Names.Length);
        foreach (var name in layout.Names)
        {
            writer.Text(name);
        }
    }

    private bool TryWriteReference(object value)
    {
        if (!options.PreserveObjectReferences || value is ValueType or Type || !_numbers.TryGetValue(value, out var number))
        {
            return false;
        }

        if (_unfinished.Contains(number))
        {
            throw new SerializationException($"a {value.GetType()} that holds itself cannot be written: it cannot exist before what it holds");
        }

        Tag(ValueTag.Reference);
        writer.Count(number);
        return true;
    }

    /// <summary>Numbers an object; one that does not exist before its parts cannot be referred to until they are written.</summary>
    private int Begin(object value, bool exists) => value is ValueType ? -1 : Number(value, exists);

    private int Number(object value, bool exists)
    {
        if (!options.PreserveObjectReferences)
        {
            return -1;
        }

        var number = _numbers.Count;
        _numbers.Add(value, number);
        if (!exists)
        {
            _unfinished.Add(number);
        }

        return number;
    }

    private void Tag(ValueTag tag) => writer.Byte((byte)tag);
}
