"""The rows of the table of corpora: what is known of each before any of it is read.

A row of a corpus that is annotated in full says so; the others say where silence means nothing.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from whodid.ontology import DEFAULT
from whodid_training.corpora import sources
from whodid_training.corpora.annotated import AnnotatedSource, load_annotated
from whodid_training.corpora.causal_news import load_causal_news
from whodid_training.corpora.corpus import Corpus
from whodid_training.corpora.framenet import load_framenet
from whodid_training.corpora.framenet_texts import load_framenet_texts
from whodid_training.corpora.gun_violence_archive import load_gun_violence_archive
from whodid_training.corpora.gvdb_names import load_gvdb_names
from whodid_training.corpora.muc4 import load_muc4
from whodid_training.corpora.negatives import load_negatives
from whodid_training.corpora.wikievents import load_wikievents

__all__ = ["ROWS"]

_ALL_TYPES = DEFAULT.type_names
_ALL_ROLES = DEFAULT.role_names
_ANNOTATED_IN_FULL = "Nothing, within the guidelines: at most eight events per article, no general statements."
_ANNOTATIONS = "then put the project's annotations beside it"


def _in_full(source: AnnotatedSource, *, splits: tuple[str, ...] = ("train",), **row: Any) -> Corpus:
    """Make the row of a corpus that is annotated in full, under the name of its source."""
    return Corpus(
        name=source.name,
        splits=splits,
        event_types=_ALL_TYPES,
        roles=_ALL_ROLES,
        silent=_ANNOTATED_IN_FULL,
        load=partial(load_annotated, source),
        **row,
    )


ROWS: tuple[Corpus, ...] = (
    Corpus(
        name="muc4",
        folder="muc4",
        licence="released by the U.S. government for research, free of charge",
        obtain="Fetch the MUC-3 and MUC-4 data sets from NIST and unpack dev, tst1 and tst2 there as folders.",
        splits=("train", "dev"),
        event_types=("attack", "bombing", "kidnapping", "arson", "robbery", "forced_work_stoppage"),
        roles=_ALL_ROLES,
        silent="Incidents that are not recent political violence of Latin America, or hit only soldiers, police or "
        "armed groups; weapons of arson and kidnapping; targets of kidnapping.",
        load=load_muc4,
        mixed_case=False,
        role_fillers=True,
    ),
    Corpus(
        name="hrdsattack",
        folder="hrdsattack",
        licence="MIT",
        obtain="Fetch data/train.json and data/dev.json from github.com/dataminr-ai/HRDsAttack, "
        f"{_ANNOTATIONS} as annotations/train.jsonl and annotations/dev.jsonl.",
        splits=("train", "dev"),
        event_types=_ALL_TYPES,
        roles=_ALL_ROLES,
        silent=f"All beyond an article's `read_until`. Before it: {_ANNOTATED_IN_FULL.lower()}",
        load=partial(load_annotated, sources.HRDSATTACK),
    ),
    _in_full(
        sources.FNC1,
        folder="fnc1",
        licence="Apache-2.0 (repository); the texts belong to their outlets",
        obtain="Fetch train_bodies.csv from github.com/FakeNewsChallenge/fnc-1 and convert it as data/cards/fnc1.md "
        f"shows, {_ANNOTATIONS} as annotations.jsonl.",
    ),
    _in_full(
        sources.FNC1_STANDOFF,
        folder="fnc1",
        licence="Apache-2.0 (repository); the texts belong to their outlets; the annotations CC BY 4.0",
        obtain="Fetch train_bodies.csv from github.com/FakeNewsChallenge/fnc-1 and convert it as data/cards/fnc1.md "
        "shows. The annotations are data/annotations/fnc1 of the project's source; run from a checkout.",
    ),
    _in_full(
        sources.SATP,
        folder="conflibert/satp_relevant",
        licence="GPL-3.0 (repository); the texts belong to their owners",
        obtain="Fetch data/satp_relevant/train.tsv from github.com/eventdata/ConfliBERT, "
        f"{_ANNOTATIONS} as annotations.jsonl.",
    ),
    _in_full(
        sources.SATP_STANDOFF,
        folder="conflibert/satp_relevant",
        licence="GPL-3.0 (repository); the texts belong to their owners; the annotations CC BY 4.0",
        obtain="Fetch data/satp_relevant/train.tsv from github.com/eventdata/ConfliBERT. The annotations are "
        "data/annotations/satp of the project's source; run from a checkout.",
    ),
    _in_full(
        sources.GVDB,
        folder="gvdb",
        licence="re-released with the author's permission; the texts belong to their outlets",
        obtain="Fetch data/gvdb/splits/dev.tsv from github.com/pitrack/arglinking, "
        f"{_ANNOTATIONS} as annotations.jsonl.",
    ),
    _in_full(
        sources.NEWSWIRE,
        folder="newswire",
        licence="CC BY 4.0",
        obtain="It comes with the project's source and is found there in a checkout; else copy the source's folder "
        "data/newswire, which holds train.jsonl, dev.jsonl and test.jsonl.",
        splits=("train", "dev", "test"),
        shipped="data/newswire",
    ),
    Corpus(
        name="own",
        folder="own",
        licence="see its owner",
        obtain="Put gold files of your own articles there: train.jsonl, dev.jsonl and test.jsonl, "
        "as `whodid data split` writes them.",
        splits=("train", "dev", "test"),
        event_types=_ALL_TYPES,
        roles=_ALL_ROLES,
        silent=_ANNOTATED_IN_FULL,
        load=sources.load_own,
        any_labels=True,
    ),
    Corpus(
        name="wikievents",
        folder="wikievents",
        licence="MIT",
        obtain="Fetch the training split from github.com/raspberryice/gen-arg as train.jsonl and "
        "coref_train.jsonlines; data/cards/wikievents.md names the fields.",
        splits=("train",),
        event_types=(),
        roles=_ALL_ROLES,
        silent="All but names and heads of noun phrases in sentences that tell of an attack, a death or an injury; "
        "the absence of a type means nothing.",
        load=load_wikievents,
        weight=0.5,
    ),
    Corpus(
        name="negatives",
        folder="negatives",
        licence="research use; the texts belong to their outlets",
        obtain="Fetch BBC news 2004-05, Reuters-21578 and the AG News test split, and convert them as "
        "data/cards/negatives.md shows.",
        splits=("train",),
        event_types=_ALL_TYPES,
        roles=_ALL_ROLES,
        silent="Nothing: articles with a word that may tell of an event are left out.",
        load=load_negatives,
        weight=0.5,
    ),
    _in_full(
        sources.GENERAL_NEWS,
        folder="negatives",
        licence="research use; the texts belong to their outlets; the annotations CC BY 4.0",
        obtain="Fetch BBC news 2004-05, Reuters-21578 and the AG News test split, and convert them as "
        "data/cards/negatives.md shows. The annotations are data/annotations/general_news of the project's "
        "source; run from a checkout.",
        splits=("train", "dev"),
    ),
    Corpus(
        name="gvdb_names",
        folder="gvdb",
        licence="re-released with the author's permission; the texts belong to their outlets",
        obtain="Fetch data/gvdb/splits/dev.tsv from github.com/pitrack/arglinking.",
        splits=("train",),
        event_types=(),
        roles=("perpetrator_individual", "victim"),
        silent="People without a name, and every word that is neither part of a name nor a function word.",
        load=load_gvdb_names,
        weight=0.5,
    ),
    Corpus(
        name="gun_violence_archive",
        folder="gun_violence_archive",
        licence="none stated; the texts belong to their outlets",
        obtain="Fetch the articles of the Gun Violence Archive's incidents and join them to its participants as "
        "data/cards/gun_violence_archive.md shows.",
        splits=("train",),
        event_types=(),
        roles=("perpetrator_individual", "victim"),
        silent="People without a name, and every word that is neither part of a name nor a function word.",
        load=load_gun_violence_archive,
        weight=0.25,
    ),
    Corpus(
        name="framenet",
        folder="framenet",
        licence="CC BY 3.0",
        obtain="Fetch FrameNet 1.7 from framenet.icsi.berkeley.edu and put its folder lu there.",
        splits=("train",),
        event_types=(),
        roles=_ALL_ROLES,
        silent="Nouns, adjectives and numbers but the participants of one word in a sentence; "
        "the absence of a type means nothing.",
        load=load_framenet,
        weight=0.25,
    ),
    Corpus(
        name="framenet_texts",
        folder="framenet",
        licence="CC BY 3.0",
        obtain="Fetch FrameNet 1.7 from framenet.icsi.berkeley.edu and put its folder fulltext there.",
        splits=("train",),
        event_types=(),
        roles=_ALL_ROLES,
        silent="In paragraphs with a violent word, what `framenet` is silent about; in the others the types.",
        load=load_framenet_texts,
        weight=0.25,
    ),
    Corpus(
        name="causal_news",
        folder="causal_news_corpus",
        licence="CC0",
        obtain="Fetch data/train_subtask1.csv from github.com/tanfiona/CausalNewsCorpus.",
        splits=("train",),
        event_types=("forced_work_stoppage",),
        roles=(),
        silent="Everything but that no work stoppage was forced: protesters may be attacked or arrested in the same "
        "sentence.",
        load=load_causal_news,
        weight=0.25,
    ),
)
"""Every corpus with labels of the default ontology, or with the user's own; in the order of errors and listings."""
