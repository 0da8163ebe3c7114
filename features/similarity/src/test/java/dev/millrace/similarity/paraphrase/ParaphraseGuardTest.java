package dev.millrace.similarity.paraphrase;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParaphraseGuardTest {
    private static final ParaphraseGuard STRICT = new ParaphraseGuard(GuardMode.STRICT);
    private static final ParaphraseGuard ONE_WORD = new ParaphraseGuard(GuardMode.ONE_WORD);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    How do I reset my password?            | How can I reset my password
                    How do I reset my password?            | how to reset the password
                    What's the capital of France?          | What is the capital of France
                    How long does shipping take?           | How long does the shipping take please?
                    Can I return an item after 30 days?    | Can I return items after 30 days
                    Why can't I log in?                    | Why can I not log in?
                    Hello, where is my order?              | Where is my order?
                    Could you tell me what the fee is?     | what is the fee
                    Which planet is closest to the Sun?    | what planet is closest to the sun
                    How does one boil an egg?              | How do you boil eggs?
                    How do I send 1,000 euros?             | How can I send 1000 euros?
                    Are 3-5 days enough for the parcel?    | Are 3–5 days enough for a parcel
                    Convert -5 degrees to Fahrenheit       | convert −5 degrees to Fahrenheit
                    Are you open on Sundays?               | are you open Sundays?
                    How do I pay for a new card?           | how to pay for the new card
                    What do I need to open an account?     | What do I need for opening an account?
                    How does C++ differ from C#?           | How do C++ differ from C#
                    Is the shop open on Mondays?           | Is the shop open Mondays?
                    Is the meeting on Monday?              | Is the meeting Monday?
                    Is it possible to pay by card?         | Can I pay by card?
                    What is the fee for card payments?     | What is the fee of card payments?
                    What is the weather like in Oslo?      | What is the weather in Oslo?
                    Where is the station at?               | Where is the station?
                    Translate this text for me             | Translate this text
                    How many eggs are in a box?            | How many eggs does a box have?
                    What year did the wall fall in?        | In which year did the wall fall?
                    How long is a passport valid for?      | How long is a passport valid?
                    Is it possible to pay in instalments?  | Can I pay in instalments?
                    Is there still time for registering?   | Is there still time to register?
                    Am I paid for overtime?                | Do I get paid for overtime?
                    """)
    void paraphraseHasNoDifference(String a, String b) {
        assertThat(STRICT.difference(Wording.of(a), Wording.of(b))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    NUMBERS  | What were the sales in 2023?           | What were the sales in 2024?
                    NUMBERS  | Convert 5 km to miles                  | Convert five thousand km to miles
                    NUMBERS  | Trains from 9:15 to 10:45              | Trains from 10:45 to 9:15
                    NUMBERS  | Convert -5 degrees to Fahrenheit       | Convert 5 degrees to Fahrenheit
                    NUMBERS  | Is it colder than −7 degrees?          | Is it colder than 7 degrees?
                    NUMBERS  | What is 1,5 percent of my loan?        | What is 15 percent of my loan?
                    SYMBOLS  | Is a discount of 20% possible?         | Is a discount of 20$ possible?
                    NEGATION | Can I pay with a card?                 | Can't I pay with a card?
                    NEGATION | Flights with a stop                    | Flights without a stop
                    NAMES    | What is the population of Lyon?        | What is the population of Nice?
                    NAMES    | Can I use it on Mac?                   | Can I use it on Linux?
                    NAMES    | Who may work in the US?                | Who may work in us?
                    NAMES    | Where can I buy turkey?                | Where can I buy Turkey?
                    QUESTION | How many eggs do I need?               | How much eggs do I need?
                    QUESTION | Can I cancel my order?                 | How can I cancel my order?
                    QUESTION | When is the shop open?                 | Where is the shop open?
                    MANNER   | Did you send my parcel?                | Will you send my parcel?
                    MANNER   | Can you call me?                       | Can I call you?
                    MANNER   | Is he at home?                         | Is she at home?
                    PREPOSITION | Can I keep it for 2 weeks?          | Can I keep it in 2 weeks?
                    PREPOSITION | Did it rise to ten euros?           | Did it rise about ten euros?
                    PREPOSITION | What is on the table?               | What is in the table?
                    PREPOSITION | What do I write to my landlord?     | What do I write about my landlord?
                    PREPOSITION | Is Earth a black hole?                 | Is Earth in a black hole?
                    PREPOSITION | Isn't Earth a black hole?              | Isn't Earth in a black hole?
                    PREPOSITION | Is the sea like glass?                 | Is the sea glass?
                    PREPOSITION | What is in the box?                    | What is the box?
                    PREPOSITION | Who's at the door?                     | Who's the door?
                    PREPOSITION | Is my dog in pain?                     | Is my dog pain?
                    PREPOSITION | Are you really on fire?                | Are you really fire?
                    PREPOSITION | I read that the Earth is in a cloud.   | I read that the Earth is a cloud.
                    PREPOSITION | What is a firewall for?                | What is a firewall?
                    PREPOSITION | What is this book about?               | What is this book?
                    PREPOSITION | What is Mars like?                     | What is Mars?
                    PREPOSITION | Is the cat on the table?               | Is the cat under the table?
                    PREPOSITION | Is milk out of the fridge?             | Is milk in the fridge?
                    WORDS       | Is the train to London?                | Is the train from London?
                    WORDS       | Is this train to Paris late?           | Is this train from Paris late?
                    WORDS       | Is Silesia part of Poland?             | Is Silesia Poland?
                    ORDER       | Is Silesia part of Poland?             | Is Poland part of Silesia?
                    NEGATION    | Is the tea with sugar?                 | Is the tea without sugar?
                    WORDS       | Is the tea with sugar?                 | Is the tea sugar?
                    WORDS       | Is she from Paris?                     | Is she Paris?
                    WORDS       | Is the shop by the sea?                | Is the shop the sea?
                    PREPOSITION | Is the bank at the park?               | Is the bank behind the park?
                    PREPOSITION | What does he live on?                  | What does he live?
                    ORDER       | How do I travel from Rome to Oslo?     | How do I travel to Rome from Oslo?
                    PREPOSITION | Was he in the army?                    | Was he the army?
                    PREPOSITION | Is Anna in love?                       | Is Anna love?
                    WORDS    | How do I open an account?              | How do I close an account?
                    WORDS    | How tall is the tower in feet?         | How tall is the tower in metres?
                    WORDS    | Is tea before dinner healthy?          | Is tea after dinner healthy?
                    ORDER    | How does C differ from C++?            | How does C++ differ from C?
                    ORDER    | Is C# faster than F#?                  | Is F# faster than C#?
                    ORDER    | Is a lion stronger than a tiger?       | Is a tiger stronger than a lion?
                    """)
    void differenceIsFound(Difference expected, String a, String b) {
        assertThat(STRICT.difference(Wording.of(a), Wording.of(b))).contains(expected);
        assertThat(STRICT.difference(Wording.of(b), Wording.of(a))).contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    How do I change my password?  | How do I reset my password? | true
                    How do I open an account?     | How do I close an account?  | false
                    What is the largest lake?     | What is the largest lake there? | true
                    Is the key valid?             | Is the key invalid?         | false
                    How far is it in miles?       | How far is it in metres?    | false
                    How do I call Anna?           | How do I call Berta?        | false
                    Is Earth in a black hole?     | Is Earth a black hole?      | false
                    How do I buy and cook a fish? | How do I sell and eat a dog? | false
                    """)
    void oneOtherWordIsPermittedUnlessItIsTheOpposite(String a, String b, boolean isPermitted) {
        assertThat(ONE_WORD.difference(Wording.of(a), Wording.of(b)).isEmpty())
                .isEqualTo(isPermitted);
    }

    @Property
    void textHasNoDifferenceFromItselfAndTheCheckIsSymmetric(@ForAll String a, @ForAll String b) {
        Wording one = Wording.of(a);
        Wording other = Wording.of(b);

        assertThat(STRICT.difference(one, one)).isEmpty();
        assertThat(STRICT.difference(one, other)).isEqualTo(STRICT.difference(other, one));
    }

    @Property
    void anotherNumberIsADifference(
            @ForAll @IntRange(max = 5_000) int a, @ForAll @IntRange(max = 5_000) int b) {
        for (String form :
                List.of("What happened in %d?", "Is %d%% enough?", "Convert %d kg to pounds")) {
            boolean isDifferent =
                    STRICT.difference(Wording.of(form.formatted(a)), Wording.of(form.formatted(b)))
                            .isPresent();
            assertThat(isDifferent).isEqualTo(a != b);
        }
    }
}
