using Akka.Annotations;

namespace Akka.Serialization;

[InternalApi]
public static class SerializerIdentifierHelper
{
    private const string Identifiers = "akka.actor.serialization-identifiers";

    public static int GetSerializerIdentifierFromConfig(Type type, ExtendedActorSystem system)
    {
        var config = system.Settings.Config.GetConfig(Identifiers);
        if (!config.IsNullOrEmpty())
        {
            foreach (var (name, value) in config.AsEnumerable())
            {
                if (Matches(name.Trim('"'), type))
                {
                    return int.Parse(value.GetString());
                }
            }
        }

        throw new ArgumentException($"Couldn't find serializer id for [{type.FullName}] under [{Identifiers}] HOCON path", nameof(type));
    }

    private static bool Matches(string name, Type type)
    {
        var comma = name.IndexOf(',');
        var fullName = comma < 0 ? name : name[..comma];
        return fullName.Trim() == type.FullName && (comma < 0 || name[(comma + 1)..].Trim() == type.Assembly.GetName().Name);
    }
}
