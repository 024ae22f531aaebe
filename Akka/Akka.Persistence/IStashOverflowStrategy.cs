namespace Akka.Persistence;

/// <summary>What a persistent actor does when its internal stash is full.</summary>
public interface IStashOverflowStrategy
{
}
