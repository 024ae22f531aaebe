namespace ActorEtcd.Raft;

/// <summary>
/// The latest batch of proposals taken from each recent life of each follower, to recognise duplicates: one of an earlier life
/// may come after the first of a later one. What is kept is bounded: nothing of a life that <see cref="LivesKept"/> later ones
/// of the same member followed can still be under way.
/// </summary>
public sealed class ForwardedBatches
{
    /// <summary>How many lives of one member are remembered.</summary>
    public const int LivesKept = 8;

    private readonly Dictionary<MemberId, LinkedList<(long Origin, long Sequence)>> _lives = [];

    /// <summary>Takes note of a batch; false if it, or a later one of the same life, was taken before.</summary>
    /// <param name="latest">The latest batch that was taken of this life; 0 if there is none.</param>
    public bool TryTake(MemberId member, long origin, long sequence, out long latest)
    {
        if (!_lives.TryGetValue(member, out var lives))
        {
            _lives.Add(member, lives = []);
        }

        var life = lives.First;
        while (life is not null && life.Value.Origin != origin)
        {
            life = life.Next;
        }

        latest = life?.Value.Sequence ?? 0;
        if (life is not null && latest >= sequence)
        {
            return false;
        }

        Put(lives, life, (origin, sequence));
        return true;
    }

    // The life that was heard of last comes first.
    private static void Put(
        LinkedList<(long Origin, long Sequence)> lives, LinkedListNode<(long Origin, long Sequence)>? life, (long, long) value)
    {
        if (life is not null)
        {
            life.Value = value;
            if (lives.First != life)
            {
                lives.Remove(life);
                lives.AddFirst(life);
            }

            return;
        }

        lives.AddFirst(value);
        if (lives.Count > LivesKept)
        {
            lives.RemoveLast();
        }
    }
}
