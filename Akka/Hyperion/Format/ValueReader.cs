using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Serialization;
using Hyperion.Containers;

namespace Hyperion.Format;

/// <summary>Reads one graph of objects.</summary>
internal sealed class ValueReader(SerializerOptions options, TypePolicy policy, ByteReader reader)
{
    private const BindingFlags Private = BindingFlags.Instance | BindingFlags.NonPublic;

    // What the base class keeps, and gives no other way to set.
    private static readonly FieldInfo Message = typeof(Exception).GetField("_message", Private);
    private static readonly FieldInfo StackTrace = typeof(Exception).GetField("_remoteStackTraceString", Private);
    private static readonly FieldInfo Inner = typeof(Exception).GetField("_innerException", Private);

    private readonly TypeReader _types = new(options, policy, reader);
    private readonly List<object> _objects = [];
    private readonly Dictionary<Type, FieldInfo[]> _described = [];
    private readonly List<Action> _late = [];
    private readonly HashSet<int> _open = [];
    private int _referencesToOpen;

    /// <summary>Reads the whole graph.</summary>
    public object ReadRoot()
    {
        var root = Read();
        foreach (var fill in _late)
        {
            fill();
        }

        return root;
    }

    private object Read()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new SerializationException("the objects are nested too deeply");
        }

        var tag = (ValueTag)reader.Byte();
        return Scalars.TryRead(reader, tag, out var scalar) ? scalar : ReadWhole(tag);
    }

    private object ReadWhole(ValueTag tag) => tag switch
    {
        ValueTag.Reference => ReadReference(),
        ValueTag.Surrogate => ReadSurrogate(),
        ValueTag.Type => _types.Read(),
        ValueTag.Enum => ReadEnum(),
        ValueTag.NumberArray => ReadNumbers(),
        ValueTag.Array => ReadArray(),
        ValueTag.Sequence or ValueTag.Map => ReadContainer(tag == ValueTag.Map),
        ValueTag.Exception => ReadException(),
        ValueTag.Object => ReadObject(),
        _ => throw new SerializationException($"an unknown value ({(byte)tag}) at byte {reader.Position}"),
    };

    private object ReadReference()
    {
        var number = reader.Count();
        if (number >= _objects.Count || _objects[number] is not { } target)
        {
            throw new SerializationException($"a reference to object {number}, which does not exist yet");
        }

        _referencesToOpen += _open.Contains(number) ? 1 : 0;
        return target;
    }

    private object ReadSurrogate()
    {
        var index = reader.Count();
        if (index >= options.Surrogates.Length)
        {
            throw new SerializationException($"surrogate {index} of {options.Surrogates.Length}");
        }

        var surrogate = options.Surrogates[index];
        var number = Begin(value: null);
        var standsFor = Read();
        if (standsFor is not null && !surrogate.To.IsInstanceOfType(standsFor))
        {
            throw new SerializationException($"{standsFor.GetType()} stands for {surrogate.From}, for which {surrogate.To} would");
        }

        return End(number, surrogate.FromSurrogate(standsFor));
    }

    private object ReadEnum()
    {
        var type = _types.Read();
        var bits = reader.Int64();
        return type.IsEnum ? Enum.ToObject(type, bits) : throw new SerializationException($"{type} is no enumeration");
    }

    private Array ReadNumbers()
    {
        var number = Begin(value: null);
        return (Array)End(number, NumberArrays.Read(reader));
    }

    private object ReadArray()
    {
        var number = Begin(value: null);
        var element = _types.Read();
        var lengths = new int[reader.Count(bytesEach: 1)];
        long total = 1;
        for (var dimension = 0; dimension < lengths.Length; dimension++)
        {
            lengths[dimension] = reader.Count();
            total = Math.Min(total * lengths[dimension], int.MaxValue);
        }

        reader.CheckRoom(total, bytesEach: 1);
        var array = Array.CreateInstance(element, lengths);
        Replace(number, array);
        var indices = new int[lengths.Length];
        for (long i = 0; i < total; i++)
        {
            array.SetValue(Fitting(Read(), element), indices);
            Advance(indices, lengths);
        }

        return End(number, array);
    }

    // As foreach goes through an array: the last dimension first.
    private static void Advance(int[] indices, int[] lengths)
    {
        for (var dimension = indices.Length - 1; dimension >= 0; dimension--)
        {
            if (++indices[dimension] < lengths[dimension])
            {
                return;
            }

            indices[dimension] = 0;
        }
    }

    private object ReadContainer(bool isMap)
    {
        var number = Begin(value: null);
        var type = _types.Read();
        if (ContainerCodecs.Find(type) is not { } codec || codec.IsMap != isMap)
        {
            throw new SerializationException($"{type} is no collection of this kind");
        }

        // A struct has no number: nothing refers to it.
        if (type.IsValueType)
        {
            Forget(number);
            number = -1;
        }

        return codec.IsMutable ? ReadMutable(codec, number) : End(number, codec.Build(ReadItems(isMap)));
    }

    private object ReadMutable(ContainerCodec codec, int number)
    {
        var container = codec.New();
        Replace(number, container);
        var before = _referencesToOpen;
        var items = ReadItems(codec.IsMap);
        if (_referencesToOpen == before)
        {
            codec.Fill(container, items);
        }
        else
        {
            // An item refers to an object that is not whole yet: its hash or order may still change.
            _late.Add(() => codec.Fill(container, items));
        }

        return End(number, container);
    }

    private List<object> ReadItems(bool isMap)
    {
        var count = reader.Count(isMap ? 2 : 1) * (isMap ? 2 : 1);
        var items = new List<object>();
        for (var i = 0; i < count; i++)
        {
            items.Add(Read());
        }

        return items;
    }

    private object ReadException()
    {
        var number = Begin(value: null);
        var type = _types.Read();
        if (!typeof(Exception).IsAssignableFrom(type) || type.IsAbstract)
        {
            throw new SerializationException($"{type} is no exception");
        }

        var exception = (Exception)RuntimeHelpers.GetUninitializedObject(type);
        Replace(number, exception);
        Message.SetValue(exception, Fitting(Read(), typeof(string)));
        StackTrace.SetValue(exception, Fitting(Read(), typeof(string)));
        Inner.SetValue(exception, Fitting(Read(), typeof(Exception)));
        if (type.Assembly != typeof(object).Assembly)
        {
            ReadFields(exception, type);
        }

        return End(number, exception);
    }

    private object ReadObject()
    {
        var number = Begin(value: null);
        var type = _types.Read();
        if (TypePolicy.IsOpaque(type)
            || type.IsArray
            || type.IsEnum
            || type.IsPrimitive
            || type == typeof(string)
            || Nullable.GetUnderlyingType(type) is not null
            || typeof(Exception).IsAssignableFrom(type)
            || ContainerCodecs.Find(type) is not null)
        {
            throw new SerializationException($"a {type} is not read as an object with fields");
        }

        if (type.IsValueType)
        {
            Forget(number);
            number = -1;
        }

        var value = RuntimeHelpers.GetUninitializedObject(type);
        Replace(number, value);
        ReadFields(value, type);
        return End(number, value);
    }

    private void ReadFields(object target, Type type)
    {
        if (!_described.TryGetValue(type, out var fields))
        {
            fields = ReadDescription(type);
            _described.Add(type, fields);
        }

        foreach (var field in fields)
        {
            var value = Read();
            field?.SetValue(target, Fitting(value, field.FieldType));
        }
    }

    /// <summary>The fields in the order of their values; null for one that the type does not have.</summary>
    private FieldInfo[] ReadDescription(Type type)
    {
        var layout = TypeLayout.Of(type);
        if (!options.VersionTolerance)
        {
            return reader.Int32() == layout.Fingerprint
                ? layout.Fields
                : throw new SerializationException($"{type} has other fields there than here; version tolerance would take it");
        }

        var count = reader.Count(bytesEach: 1);
        var fields = new List<FieldInfo>();
        for (var i = 0; i < count; i++)
        {
            fields.Add(layout.Find(reader.Text()));
        }

        return [.. fields];
    }

    private static object Fitting(object value, Type type)
    {
        if (value is null ? !type.IsValueType || Nullable.GetUnderlyingType(type) is not null : type.IsInstanceOfType(value))
        {
            return value;
        }

        throw new SerializationException($"{value?.GetType().ToString() ?? "null"} where {type} is held");
    }

    /// <summary>Takes the next number for an object that is about to be read.</summary>
    private int Begin(object value)
    {
        if (!options.PreserveObjectReferences)
        {
            return -1;
        }

        _objects.Add(value);
        _open.Add(_objects.Count - 1);
        return _objects.Count - 1;
    }

    // Only right behind Begin, before any other number is taken.
    private void Forget(int number)
    {
        if (number >= 0)
        {
            _objects.RemoveAt(number);
            _open.Remove(number);
        }
    }

    private void Replace(int number, object value)
    {
        if (number >= 0)
        {
            _objects[number] = value;
        }
    }

    private object End(int number, object value)
    {
        if (number >= 0)
        {
            _objects[number] = value;
            _open.Remove(number);
        }

        return value;
    }
}
