namespace Akka.Actor;

public static class ActorSystemWithExtensions
{
    public static T WithExtension<T>(this ActorSystem system)
        where T : class, IExtension => system.GetExtension<T>();

    public static T WithExtension<T>(this ActorSystem system, Type extensionId)
        where T : class, IExtension
    {
        if (!system.HasExtension<T>())
        {
            return (T)system.RegisterExtension((IExtensionId)Activator.CreateInstance(extensionId));
        }

        return system.GetExtension<T>();
    }

    public static T WithExtension<T, TI>(this ActorSystem system)
        where T : class, IExtension
        where TI : IExtensionId
    {
        if (!system.HasExtension<T>())
        {
            return (T)system.RegisterExtension(Activator.CreateInstance<TI>());
        }

        return system.GetExtension<T>();
    }
}
