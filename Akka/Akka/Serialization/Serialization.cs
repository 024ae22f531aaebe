using System.Collections.Concurrent;
using System.Runtime.Serialization;
using Akka.Util.Reflection;

namespace Akka.Serialization;

/// <summary>
/// The serializers of one system and the types that they are bound to. There is no serializer for arbitrary objects:
/// a type that nobody bound is refused when it is to be written, and a manifest can name only what its serializer
/// knows.
/// </summary>
public class Serialization
{
    [ThreadStatic]
    private static Information CurrentTransport;

    private readonly ConcurrentDictionary<Type, Serializer> _byType = new();
    private readonly ConcurrentDictionary<int, Serializer> _byId = new();
    private readonly ConcurrentDictionary<string, Serializer> _byName = new();
    private readonly object _lock = new();
    private readonly Serializer _nullSerializer;
    private (Type Type, Serializer Serializer)[] _bindings = [];

    public Serialization(ExtendedActorSystem system)
    {
        System = system;
        _nullSerializer = new NullSerializer(system);
        _byId[_nullSerializer.Identifier] = _nullSerializer;
        ReadConfig(system.Settings.Config);
        var setup = system.Settings.Setup.Get<SerializationSetup>();
        if (setup.HasValue)
        {
            foreach (var details in setup.Value.CreateSerializers(system))
            {
                AddSerializer(details.Alias, details.Serializer);
                foreach (var type in details.UseFor)
                {
                    AddSerializationMap(type, details.Serializer);
                }
            }
        }
    }

    public ExtendedActorSystem System { get; }

    /// <summary>The system and address that references are written with on this thread; null outside of a transport.</summary>
    internal static Information CurrentTransportInformation
    {
        get => CurrentTransport;
        set => CurrentTransport = value;
    }

    public static Information GetCurrentTransportInformation() =>
        CurrentTransport
        ?? throw new InvalidOperationException("CurrentTransportInformation is not set. Use Serialization.WithTransport<T>.");

    public static string ManifestFor(Serializer s, object msg) => s switch
    {
        SerializerWithStringManifest withManifest => withManifest.Manifest(msg),
        { IncludeManifest: true } => msg.GetType().TypeQualifiedName(),
        _ => string.Empty,
    };

    public static T WithTransport<T>(ExtendedActorSystem system, Func<T> action) =>
        WithTransport(system.Provider.SerializationInformation, action);

    public static T WithTransport<TState, T>(ExtendedActorSystem system, TState state, Func<TState, T> action) =>
        WithTransport(system.Provider.SerializationInformation, () => action(state));

    /// <summary>The path by which another node reaches the actor.</summary>
    public static string SerializedActorPath(IActorRef actorRef)
    {
        if (actorRef is null || actorRef.Equals(ActorRefs.NoSender))
        {
            return string.Empty;
        }

        var path = actorRef.Path;
        var original = (actorRef as ActorRefWithCell)?.Underlying.System as ExtendedActorSystem;
        var transport = CurrentTransport;
        if (transport is null)
        {
            return original is null
                ? path.ToSerializationFormat()
                : path.ToSerializationFormatWithAddress(original.Provider.DefaultAddress);
        }

        if (original is null || ReferenceEquals(original, transport.System))
        {
            return path.ToSerializationFormatWithAddress(transport.Address);
        }

        var provider = original.Provider;
        return path.ToSerializationFormatWithAddress(
            provider.GetExternalAddressFor(transport.Address) ?? provider.DefaultAddress);
    }

    public IActorRef DeserializeActorRef(string path) => System.Provider.ResolveActorRef(path);

    public void AddSerializer(string name, Serializer serializer)
    {
        if (_byId.TryGetValue(serializer.Identifier, out var known) && known.GetType() != serializer.GetType())
        {
            throw new ArgumentException(
                $"Serializer identifier {serializer.Identifier} of {serializer.GetType()} is taken by {known.GetType()}");
        }

        _byId[serializer.Identifier] = serializer;
        _byName[name] = serializer;
    }

    public void AddSerializationMap(Type type, Serializer serializer)
    {
        lock (_lock)
        {
            _bindings = [.. _bindings.Where(b => b.Type != type), (type, serializer)];
            _byType.Clear();
        }
    }

    public byte[] Serialize(object o) => WithTransport(System, () => FindSerializerFor(o).ToBinary(o));

    public object Deserialize(byte[] bytes, int serializerId, Type type) =>
        WithTransport(System, () => Find(serializerId, type?.FullName).FromBinary(bytes, type));

    public object Deserialize(byte[] bytes, int serializerId, string manifest)
    {
        var serializer = Find(serializerId, manifest);
        var outer = CurrentTransport;
        CurrentTransport = System.Provider.SerializationInformation;
        try
        {
            if (serializer is SerializerWithStringManifest withManifest)
            {
                return withManifest.FromBinary(bytes, manifest);
            }

            // A type is only looked for among those that are bound here, never loaded because a sender named it.
            return serializer.FromBinary(bytes, string.IsNullOrEmpty(manifest) ? null : BoundType(serializer, manifest));
        }
        finally
        {
            CurrentTransport = outer;
        }
    }

    public Serializer FindSerializerFor(object obj, string defaultSerializerName = null) =>
        obj is null ? _nullSerializer : FindSerializerForType(obj.GetType(), defaultSerializerName);

    public Serializer FindSerializerForType(Type objectType, string defaultSerializerName = null)
    {
        if (_byType.TryGetValue(objectType, out var serializer))
        {
            return serializer;
        }

        serializer = MostSpecific(objectType);
        if (serializer is null && defaultSerializerName is not null)
        {
            _byName.TryGetValue(defaultSerializerName, out serializer);
        }

        if (serializer is null)
        {
            throw new SerializationException($"Serializer not found for type {objectType.Name}");
        }

        _byType[objectType] = serializer;
        return serializer;
    }

    internal static T WithTransport<T>(Information information, Func<T> action)
    {
        var outer = CurrentTransport;
        CurrentTransport = information;
        try
        {
            return action();
        }
        finally
        {
            CurrentTransport = outer;
        }
    }

    internal Serializer GetSerializerById(int serializerId) => Find(serializerId, null);

    private Type BoundType(Serializer serializer, string manifest)
    {
        foreach (var binding in _bindings)
        {
            if (ReferenceEquals(binding.Serializer, serializer) && binding.Type.TypeQualifiedName() == manifest)
            {
                return binding.Type;
            }
        }

        throw new SerializationException($"Cannot find manifest class [{manifest}] for serializer with id [{serializer.Identifier}].");
    }

    private Serializer Find(int serializerId, string manifest) =>
        _byId.TryGetValue(serializerId, out var serializer)
            ? serializer
            : throw new SerializationException(
                $"Cannot find serializer with id [{serializerId}] (class [{manifest}]). The most probable reason is that the "
                + "configuration entry 'akka.actor.serializers' is not in sync between the two systems.");

    // Of the bindings that fit, the one that no other fitting binding is more specific than; then the last one made.
    private Serializer MostSpecific(Type type)
    {
        (Type Type, Serializer Serializer) best = default;
        foreach (var binding in _bindings)
        {
            if (binding.Type.IsAssignableFrom(type) && (best.Type is null || best.Type.IsAssignableFrom(binding.Type)))
            {
                best = binding;
            }
        }

        return best.Serializer;
    }

    private Serializer Construct(Type type, Config settings)
    {
        var withSettings = type.GetConstructor([typeof(ExtendedActorSystem), typeof(Config)]) is not null
            && (!settings.IsEmpty || type.GetConstructor([typeof(ExtendedActorSystem)]) is null);
        return (Serializer)(withSettings
            ? Activator.CreateInstance(type, System, settings)
            : Activator.CreateInstance(type, System));
    }

    private void ReadConfig(Config config)
    {
        foreach (var (name, value) in config.GetConfig("akka.actor.serializers").AsEnumerable())
        {
            var typeName = value.GetString();
            var type = TypeCache.GetType(typeName);
            var settings = config.GetConfig("akka.actor.serialization-settings." + name);
            AddSerializer(name, Construct(type, settings.IsNullOrEmpty() ? Config.Empty : settings));
        }

        foreach (var (name, value) in config.GetConfig("akka.actor.serialization-bindings").AsEnumerable())
        {
            var alias = value.GetString();
            if (!_byName.TryGetValue(alias, out var serializer))
            {
                throw new ConfigurationException($"Serialization binding to non existing serializer: '{alias}'");
            }

            _bindings = [.. _bindings, (TypeCache.GetType(name.Trim('"')), serializer)];
        }
    }
}
