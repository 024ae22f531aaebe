using Akka.Actor;

namespace ActorEtcd.Specs.MultiNode;

/// <summary>
/// Where nodes read what others have to tell them; only links that carry everything are used for it. What is on the board
/// is told at once, what is not, when it comes.
/// </summary>
internal sealed class BoardActor : UntypedActor
{
    public const string Name = "board";
    public const string Taken = "taken";

    private const char Separator = '\n';

    private readonly Dictionary<string, string> _notes = [];
    private readonly List<(string Key, IActorRef Reader)> _readers = [];

    /// <summary>What one node sends to another, in a form that every serializer knows.</summary>
    public static string Note(string key, string text) => $"{key}{Separator}{text}";

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case string note:
                var parts = note.Split(Separator, 2);
                _notes[parts[0]] = parts[1];
                _readers.FindAll(r => r.Key == parts[0]).ForEach(r => r.Reader.Tell(parts[1]));
                _readers.RemoveAll(r => r.Key == parts[0]);
                Sender.Tell(Taken);
                break;
            case ReadNote read when _notes.TryGetValue(read.Key, out var text):
                Sender.Tell(text);
                break;
            case ReadNote read:
                _readers.Add((read.Key, Sender));
                break;
            default:
                Unhandled(message);
                break;
        }
    }
}

internal sealed record ReadNote(string Key);
