package dev.millrace.similarity.index;

import java.util.ArrayList;
import java.util.List;

/** The best results of a search so far. */
final class Candidates {
    private record Candidate(Neighbour neighbour, long sequence) {
        boolean isBefore(Candidate other) {
            float own = neighbour.similarity();
            float others = other.neighbour.similarity();
            return own > others || (own == others && sequence < other.sequence);
        }
    }

    private final int most;
    private final List<Candidate> best = new ArrayList<>();
    private float least;

    /**
     * @param minimum least similarity of a result
     * @param most number of results
     * @throws IllegalArgumentException if a parameter is out of its range
     */
    Candidates(float minimum, int most) {
        if (!(minimum >= -1 && minimum <= 1)) {
            throw new IllegalArgumentException("a similarity is from -1 to 1, not " + minimum);
        }
        if (most < 1 || most > SimilarityIndex.MAX_NEIGHBOURS) {
            throw new IllegalArgumentException(
                    "1 to " + SimilarityIndex.MAX_NEIGHBOURS + " results, not " + most);
        }
        least = minimum;
        this.most = most;
    }

    /** Returns the least similarity that could still be a result. */
    float least() {
        return least;
    }

    /**
     * Keeps an embedding if it is among the best.
     *
     * @param sequence is less for an embedding that was added earlier
     */
    void offer(int slot, float similarity, long sequence) {
        if (similarity < least) {
            return;
        }
        var candidate = new Candidate(new Neighbour(slot, Math.min(similarity, 1)), sequence);
        int place = best.size();
        while (place > 0 && candidate.isBefore(best.get(place - 1))) {
            place--;
        }
        best.add(place, candidate);
        if (best.size() > most) {
            best.removeLast();
        }
        if (best.size() == most) {
            least = best.getLast().neighbour().similarity();
        }
    }

    List<Neighbour> toList() {
        return best.stream().map(Candidate::neighbour).toList();
    }
}
