using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization.Hyperion;
using Akka.Util;
using global::Hyperion;
using Graph = global::Hyperion.Serializer;

namespace Akka.Serialization;

/// <summary>Serializes whole graphs of plain objects with their types. Bind types to it by hand, and give it a closed list.</summary>
public class HyperionSerializer : Serializer
{
    public readonly HyperionSerializerSettings Settings;

    private readonly Graph _graph;

    public HyperionSerializer(ExtendedActorSystem system)
        : this(system, HyperionSerializerSettings.Default)
    {
    }

    /// <param name="config">The section <c>akka.actor.serialization-settings.hyperion</c>.</param>
    public HyperionSerializer(ExtendedActorSystem system, Config config)
        : this(system, HyperionSerializerSettings.Create(config))
    {
    }

    /// <summary>What a <see cref="HyperionSerializerSetup"/> of the system says goes before the settings.</summary>
    public HyperionSerializer(ExtendedActorSystem system, HyperionSerializerSettings settings)
        : base(system)
    {
        var setup = system?.Settings.Setup.Get<HyperionSerializerSetup>();
        Settings = setup is { HasValue: true } given ? given.Value.ApplyTo(settings) : settings;
        var references = Surrogate.Create<ISurrogated, ISurrogate>(
            source => source.ToSurrogate(system), surrogate => surrogate.FromSurrogate(system));
        _graph = new Graph(SerializerOptions.Default
            .WithVersionTolerance(Settings.VersionTolerance)
            .WithPreserveObjectReferences(Settings.PreserveObjectReferences)
            .WithSurrogates([.. Settings.Surrogates, references])
            .WithKnownTypes(ProviderOf(system, Settings.KnownTypesProvider).GetKnownTypes())
            .WithPackageNameOverrides(Settings.PackageNameOverrides)
            .WithDisallowUnsafeType(Settings.DisallowUnsafeType)
            .WithTypeFilter(Settings.TypeFilter));
    }

    public override int Identifier => -5;

    public override bool IncludeManifest => false;

    public static Config DefaultConfiguration()
        => ConfigurationFactory.FromResource<HyperionSerializer>("Akka.Serialization.Hyperion.reference.conf");

    public override byte[] ToBinary(object obj)
    {
        using var stream = new MemoryStream();
        _graph.Serialize(obj, stream);
        return stream.ToArray();
    }

    /// <exception cref="SerializationException">The bytes are no object of an allowed type.</exception>
    public override object FromBinary(byte[] bytes, Type type)
    {
        try
        {
            using var stream = new MemoryStream(bytes);
            return _graph.Deserialize<object>(stream);
        }
        catch (Exception cause) when (cause is not OutOfMemoryException)
        {
            throw new SerializationException($"Failed to deserialize instance of type {type}. {cause.Message}", cause);
        }
    }

    private static IKnownTypesProvider ProviderOf(ExtendedActorSystem system, Type type)
    {
        if (type is null)
        {
            return new NoKnownTypes();
        }

        var takesSystem = Array.Exists(
            type.GetConstructors(),
            static one => one.GetParameters() is [var only] && only.ParameterType.IsAssignableFrom(typeof(ExtendedActorSystem)));
        return (IKnownTypesProvider)(takesSystem ? Activator.CreateInstance(type, system) : Activator.CreateInstance(type, nonPublic: true));
    }
}
